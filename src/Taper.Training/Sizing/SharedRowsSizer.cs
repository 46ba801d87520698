using System.Runtime.InteropServices;
using Taper.Configuration;
using Taper.Embeddings.Features;

namespace Taper.Training.Sizing;

/// <summary>
/// What hashing, quotient-remainder and CAFE share: values of a large vocabulary are made of fewer rows than there are values, all
/// D wide. One share ρ of rows to values meets the budget; vocabularies up to a threshold keep a row for each value.
/// </summary>
public abstract class SharedRowsSizer : Sizer
{
    private const int Bisections = 60;

    private protected SharedRowsSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
    }

    /// <inheritdoc/>
    public sealed override bool IsLearning => false;

    /// <inheritdoc/>
    public sealed override TorchSharp.torch.Tensor? Mask(double progress) => null;

    internal sealed override bool UpdatesWholeRows => true;

    /// <summary>A hash of a value that ranks and counts have no part in.</summary>
    private protected static ulong Hash(int vocabulary, int id) => FeatureKey.Hash(MemoryMarshal.AsBytes<int>([vocabulary, id]), 0);

    /// <summary>Remainders m of each vocabulary, ⌊ρ · values⌋ and 1 at least, with the largest ρ that fits; null where it keeps its rows.</summary>
    /// <param name="config">The budget.</param>
    /// <param name="threshold">Rows of a vocabulary that keeps them.</param>
    /// <param name="smallestShare">The ρ at which a vocabulary of so many values takes the fewest rows.</param>
    /// <param name="storedRows">Rows that a vocabulary of n values takes with m.</param>
    /// <exception cref="ConfigException">There is no budget, or it cannot be met.</exception>
    private protected long?[] Remainders(
        SizingConfig config, int threshold, Func<long, double> smallestShare, Func<long, long, long> storedRows)
    {
        long limit = ParameterLimit.Of(config, Groups);
        long[] rows = Groups.RowsOfVocabularies();
        double low = rows.Where(n => n > threshold).Select(smallestShare).DefaultIfEmpty(1).Min(), high = 1;
        ParameterLimit.Require(
            limit, Parameters(low), config,
            $"a row for each value of vocabularies up to {threshold} rows (sizing.{config.Method}.threshold), with the fewest for the others,");
        for (int i = 0; i < Bisections; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Parameters(middle) <= limit ? (middle, high) : (low, middle);
        }

        return At(Parameters(1) <= limit ? 1 : low);

        long?[] At(double share) =>
            [.. rows.Select(n => n <= threshold || share >= 1 ? (long?)null : Math.Max(1, (long)(n * Math.Max(share, smallestShare(n)))))];

        long Parameters(double share) =>
            Dimension * At(share).Select((m, v) => m is long remainders ? storedRows(rows[v], remainders) : rows[v]).Sum();
    }
}
