using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// AutoEmb (Zhao et al., ICDM 2021): a controller network turns the popularity of a value into a softmax over the candidate
/// sizes, which mix softly while it is learned. An export needs one size for each value: at <c>freeze_epoch</c> each takes
/// the candidate that the controller prefers at the budget's price, and the model is fine-tuned.
/// </summary>
/// <remarks>
/// The paper mixes also when it predicts, and has a transformation for each candidate; here candidates are prefixes, padded
/// with zeros. Its controller reads a value's count so far and its last loss; here the training count.
/// </remarks>
public sealed class AutoembSizer : CandidateSizer
{
    private readonly Aml _controller;
    private readonly Tensor _features;

    /// <summary>A controller over the groups' frequency features.</summary>
    public AutoembSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config, config.Autoemb.Candidates)
    {
        _controller = new Aml("controller", FrequencyFeatures.Width, config.Autoemb.HiddenUnits, Candidates);
        float[] features = FrequencyFeatures.Of(groups);
        _features = ((ReadOnlySpan<float>)features).ToTensor(groups.Count, FrequencyFeatures.Width).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override nn.Module Learned => _controller;

    private protected override Tensor LogProbabilities() => _controller.forward(_features).log_softmax(1);

    private protected override void DisposeOwned()
    {
        base.DisposeOwned();
        _features.Dispose();
    }
}
