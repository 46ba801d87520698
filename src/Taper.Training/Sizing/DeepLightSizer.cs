using Taper.Embeddings;
using Taper.Embeddings.Optimizers;

namespace Taper.Training.Sizing;

/// <summary>
/// The structural pruning of DeepLight (Deng et al., WSDM 2021, algorithm 1) for embeddings: every few steps the elements of the
/// smallest |e| are set to 0, as many as the sparsity S · (1 − D^(k / u)) says after k steps; a step may bring them back, as long as they
/// grow large enough before the next. The schedule only comes near S = 1 − budget: when sizes freeze, the rest is cut
/// and the mask is fixed.
/// </summary>
public sealed class DeepLightSizer : ElementSizer
{
    private readonly double _sparsity;
    private readonly DeepLightConfig _config;
    private readonly ElementMask _momentary;

    /// <summary>Prunes to the config's budget.</summary>
    public DeepLightSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _sparsity = 1 - (config.Budget ?? 1);
        _config = config.Deeplight;
        _momentary = new ElementMask(groups.TableRows, Dimension);
    }

    internal override bool CountsSteps => true;

    internal override void AfterStep(EmbeddingTable table, SparseOptimizer optimizer, double progress)
    {
        if (IsLearning && progress >= _config.WarmupEpochs && optimizer.Steps % _config.StepsBetween == 0)
        {
            long before = optimizer.Steps - 1;
            double warmup = progress > 0 ? before * (_config.WarmupEpochs / progress) : 0;
            _momentary.KeepLargest(table, Limit(KeptShare(_sparsity, optimizer.Steps - warmup, _config)));
            _momentary.Apply(table);
        }
    }

    /// <summary>1 − S · (1 − D^(k / u)).</summary>
    internal static double KeptShare(double sparsity, double steps, DeepLightConfig config) =>
        1 - (sparsity * (1 - Math.Pow(config.Damping, steps / config.DampingSteps)));

    private protected override EmbeddingTable Scores(SizeSearch search) => search.Model.Table;

    private protected override void DisposeOwned()
    {
        base.DisposeOwned();
        _momentary.Dispose();
    }
}
