using Taper.Embeddings;
using Taper.Embeddings.Optimizers;

namespace Taper.Training.Sizing;

/// <summary>
/// Magnitude pruning (Han et al., NeurIPS 2015, for weights): the elements of the largest |e| of the whole table are kept and
/// fine-tuned. In one shot when sizes freeze, or gradually in the epochs before as in Zhu and Gupta, ICLR workshop 2018: after
/// the share t of these epochs the sparsity is S · (1 − (1 − t)³), and what was pruned stays 0. Plain as it is, the comparison
/// of Zhang et al. (VLDB 2024) found it ahead of many learned methods.
/// </summary>
public sealed class MagnitudeSizer : ElementSizer
{
    private const int Prunings = 100;

    private readonly double _budget;
    private readonly double _end;
    private readonly double _epochs;

    /// <summary>Prunes to the config's budget.</summary>
    public MagnitudeSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _budget = config.Budget ?? 1;
        _end = config.FreezeEpoch ?? 0;
        _epochs = config.Magnitude.GradualEpochs;
    }

    internal override void AfterStep(EmbeddingTable table, SparseOptimizer optimizer, double progress)
    {
        double done = 1 - ((_end - progress) / _epochs);
        if (IsLearning && done is > 0 and < 1)
        {
            long count = Limit(KeptShare(_budget, Math.Floor(done * Prunings) / Prunings));
            if (count < Elements.Count)
            {
                Elements.KeepLargest(table, count);
                Prune(table, optimizer);
            }
        }
    }

    /// <summary>The share of elements that is kept after a share of the gradual epochs.</summary>
    internal static double KeptShare(double budget, double done) => 1 - ((1 - budget) * (1 - Math.Pow(1 - done, 3)));

    private protected override EmbeddingTable Scores(SizeSearch search) => search.Model.Table;
}
