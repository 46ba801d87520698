using CsCheck;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class MixedDimensionSizerTests
{
    private const int Dimension = 16;

    [Fact]
    public void Sizes_are_those_of_the_largest_lambda_within_the_budget() =>
        Gen.Select(Gen.Int[1, 400].Array[1, 6], Gen.Double[0.15, 1], Gen.Double[0, 1]).Sample((rows, budget, temperature) =>
        {
            long limit = (long)Math.Floor(budget * rows.Sum() * Dimension);
            if (Cost(rows, v => Worthwhile(rows[v], 1)) > limit)
            {
                return;
            }

            SizingConfig config = new() { Method = "mde", EmbeddingDim = Dimension, Budget = budget, Mde = new MdeConfig { Temperature = temperature } };
            FrequencyGroups groups = FrequencyGroups.Of([.. rows.Select(count => new long[count])]);
            using Sizer sizer = Sizer.Create(config, groups);
            Assert.True(Cost(rows, sizer.SizeOfVocabulary) <= limit);

            // The paper's sizes, λ p^α, for ever larger λ: while they fit, no size may be below.
            for (double lambda = 0.01; lambda < 1e4; lambda *= 1.01)
            {
                int SizeOf(int v) => Worthwhile(
                    rows[v], (int)Math.Clamp(Math.Floor((lambda * Math.Pow(1.0 / rows[v], temperature)) + 0.5), 1, Dimension));
                if (Cost(rows, SizeOf) > limit)
                {
                    break;
                }

                Assert.All(Enumerable.Range(0, rows.Length), v => Assert.True(sizer.SizeOfVocabulary(v) >= SizeOf(v)));
            }
        });

    [Fact]
    public void A_smaller_vocabulary_is_never_narrower()
    {
        SizingConfig config = new() { Method = "mde", EmbeddingDim = Dimension, Budget = 0.25 };
        using Sizer sizer = Sizer.Create(config, FrequencyGroups.Of([new long[1000], new long[30], new long[200]]));
        Assert.Equal([3, 16, 6], [sizer.SizeOfVocabulary(0), sizer.SizeOfVocabulary(1), sizer.SizeOfVocabulary(2)]);
    }

    /// <summary>A matrix that takes more than it saves is left out.</summary>
    private static int Worthwhile(int count, int size) => size * (count + Dimension) < count * Dimension ? size : Dimension;

    /// <summary>Numbers of the tables, and of the matrices that make them D wide.</summary>
    private static long Cost(int[] rows, Func<int, int> sizeOf) => rows.Select((count, v) =>
        ((long)count * sizeOf(v)) + (sizeOf(v) < Dimension ? Dimension * sizeOf(v) : 0)).Sum();
}
