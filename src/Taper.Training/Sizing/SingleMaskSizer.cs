using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>The paper's ablation with one AML instead of twins: z = AML(x). Frequent values dominate its gradient.</summary>
public sealed class SingleMaskSizer : MaskSizer
{
    private readonly Aml _aml;

    /// <summary>One AML over the groups' frequency features.</summary>
    public SingleMaskSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _aml = new Aml("aml", FrequencyFeatures.Width, config.HiddenUnits, Choices);
        if (StartsFromRamp)
        {
            _aml.StartAt((Choices - 1) / 2.0, RampCurvature);
        }
    }

    /// <inheritdoc/>
    public override nn.Module Learned => _aml;

    private protected override Tensor Scores() => _aml.forward(Features);
}
