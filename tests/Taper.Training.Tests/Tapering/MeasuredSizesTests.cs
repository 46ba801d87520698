using CsCheck;
using Taper.Embeddings;
using Taper.Training.Sizing;
using Taper.Training.Tapering;

namespace Taper.Training.Tests.Tapering;

public sealed class MeasuredSizesTests
{
    private const int Rows = 4;
    private const int Dimension = 3;

    [Fact]
    public void Keeps_within_the_limit_what_carries_most() =>
        Gen.Select(Gen.Float[0.1f, 1].Array[Rows * Dimension], Gen.Long[1, 1000].Array[Rows], Gen.Double[0.1, 1].Array[2 * Dimension], Gen.Int[0, Rows * Dimension]).Sample(
            (values, counts, curvature, limit) =>
            {
                using EmbeddingTable table = new(Rows, Dimension);
                for (int i = 0; i < values.Length; i++)
                {
                    table[i / Dimension][i % Dimension] = values[i];
                }

                FrequencyGroups groups = FrequencyGroups.OfEachValue([counts[..2], counts[2..]]);
                Alignment[] alignments = [Plain(curvature[..Dimension]), Plain(curvature[Dimension..])];
                byte[] sizes = MeasuredSizes.Of(table, new Saliency(groups, alignments), limit);
                int kept = sizes.Sum(s => s);
                Assert.InRange(kept, Math.Min(limit, Rows * Dimension) - Dimension + 1, limit);

                // The price leaves less than one row's dimensions unused, and is optimal for what it spends.
                double carried = Enumerable.Range(0, Rows).Sum(row => Carried(row, sizes[row]));
                double best = Sizes().Where(s => s.Sum() <= limit - Dimension + 1).Select(s => Enumerable.Range(0, Rows).Sum(row => Carried(row, s[row]))).DefaultIfEmpty(0).Max();
                Assert.True(carried >= best * (1 - 1e-5), $"{carried} < {best}");

                double Carried(int row, int size) => Enumerable.Range(0, size).Sum(j =>
                    Math.Sqrt(counts[row]) * values[(row * Dimension) + j] * values[(row * Dimension) + j] * curvature[(row / 2 * Dimension) + j]);
            },
            iter: 300);

    private static Alignment Plain(double[] curvature) => new([], [], curvature);

    /// <summary>Every choice of sizes.</summary>
    private static IEnumerable<int[]> Sizes()
    {
        for (int code = 0; code < Math.Pow(Dimension + 1, Rows); code++)
        {
            int[] sizes = new int[Rows];
            for (int row = 0, rest = code; row < Rows; row++, rest /= Dimension + 1)
            {
                sizes[row] = rest % (Dimension + 1);
            }

            yield return sizes;
        }
    }
}
