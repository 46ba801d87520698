using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>Sizes that a rule decides before training begins; nothing is learned.</summary>
public abstract class RuleSizer : Sizer
{
    private protected RuleSizer(FrequencyGroups groups, int dimension)
        : base(groups, dimension)
    {
    }

    /// <inheritdoc/>
    public sealed override bool IsLearning => false;

    /// <inheritdoc/>
    public sealed override Tensor? Mask(double progress) => null;
}
