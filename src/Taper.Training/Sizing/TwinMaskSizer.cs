using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// AMTL, the Adaptively-Masked Twins-based Layer (Yan et al., CIKM 2021): two AMLs that share no weights, one led by
/// the frequent values and one by the rare ones, mixed by α = sigmoid(standardised log count):
/// z = α AML_h(x) + (1 − α) AML_l(x).
/// </summary>
public sealed class TwinMaskSizer : MaskSizer
{
    /// <summary>
    /// Where a ramp starts for the most frequent values, as a share of the largest size; the price moves all sizes to
    /// the budget. A flatter start leaves rare values more room until the mask's gradient has something to say.
    /// </summary>
    private const double RampSlope = 0.6;

    private readonly Twins _twins;
    private readonly Tensor _alpha;

    /// <summary>Twins over the groups' frequency features.</summary>
    public TwinMaskSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _twins = new Twins(config.HiddenUnits, Choices);
        _alpha = Features.narrow(1, 0, 1).sigmoid().DetachFromDisposeScope();
        if (StartsFromRamp)
        {
            _twins.Frequent.StartAt(RampSlope * (Choices - 1), RampCurvature);
            _twins.Rare.StartAt(0, RampCurvature);
        }
    }

    /// <inheritdoc/>
    public override nn.Module Learned => _twins;

    private protected override Tensor Scores() =>
        (_alpha * _twins.Frequent.forward(Features)) + ((1 - _alpha) * _twins.Rare.forward(Features));

    private protected override void DisposeOwned()
    {
        base.DisposeOwned();
        _alpha.Dispose();
    }

    private sealed class Twins : nn.Module
    {
        public Twins(IReadOnlyList<int> hiddenUnits, int choices)
            : base(nameof(Twins))
        {
            Frequent = new Aml("frequent", FrequencyFeatures.Width, hiddenUnits, choices);
            Rare = new Aml("rare", FrequencyFeatures.Width, hiddenUnits, choices);
            register_module("frequent", Frequent);
            register_module("rare", Rare);
        }

        public Aml Frequent { get; }

        public Aml Rare { get; }
    }
}
