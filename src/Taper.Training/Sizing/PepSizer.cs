using Taper.Embeddings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// PEP, plug-in embedding pruning (Liu et al., ICLR 2021): embeddings are looked up as sign(e) · relu(|e| − g(s)), equation 4, with
/// g = sigmoid and thresholds s that are learned with them and drawn towards 0 by a weight decay. Once no more elements
/// than the budget's are beyond their thresholds (or at <c>sizing.freeze_epoch</c>, whichever comes first) those with the largest
/// |e| − g(s) are kept, and the model is trained anew from its first values with this mask: a lottery ticket.
/// </summary>
public sealed class PepSizer : ElementSizer
{
    private const int StepsBetween = 20;

    private readonly Thresholds _thresholds;
    private readonly SoftThreshold _view;
    private readonly long _limit;

    /// <summary>Thresholds of the config's granularity.</summary>
    public PepSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _view = new SoftThreshold(groups.TableRows, Dimension, config.Pep.Granularity);
        _thresholds = new Thresholds(full(_view.Shape, config.Pep.Start));
        _limit = Limit(config.Budget ?? 1);
        LearnedDecay = config.Pep.ThresholdDecay;
    }

    /// <inheritdoc/>
    public override bool RestartsTraining => true;

    /// <inheritdoc/>
    public override nn.Module Learned => _thresholds;

    internal override double LearnedDecay { get; }

    internal override IRowView? View => IsLearning ? _view : null;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress)
    {
        if (!IsLearning)
        {
            return null;
        }

        Tensor g = _thresholds.S.sigmoid();
        _view.Set(g);
        return g;
    }

    internal override bool IsWithinBudget(EmbeddingTable table, long steps)
    {
        if (steps == 0 || steps % StepsBetween != 0)
        {
            return false;
        }

        SetThresholds();
        return _view.Count(table) <= _limit;
    }

    private protected override EmbeddingTable Scores(SizeSearch search)
    {
        SetThresholds();
        return _view.Margins(search.Model.Table);
    }

    private protected override void DisposeOwned()
    {
        base.DisposeOwned();
        _view.Dispose();
    }

    private void SetThresholds()
    {
        using Tensor g = _thresholds.S.sigmoid();
        _view.Set(g);
    }

    private sealed class Thresholds : nn.Module
    {
        public Thresholds(Tensor start)
            : base(nameof(Thresholds))
        {
            S = new Parameter(start);
            RegisterComponents();
        }

        public Parameter S { get; }
    }
}
