using Taper.Training.Tapering;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// Sizes measured on a trained model instead of learned beside it: every value is trained at full size until sizes freeze,
/// and then keeps the prefix of aligned dimensions that the loss would miss (<see cref="Taperer"/>). A value has a size of its
/// own, not one of its frequency group; one that keeps nothing shares its vocabulary's default row.
/// </summary>
/// <remarks>
/// Why not the mask's gradient, as in AMTL: where a model is trained, Σ G · e over a value's occurrences is near zero for
/// every dimension, and what is left of it is noise. What a dimension carries shows in the second order, Σ (G · e)².
/// </remarks>
public sealed class MeasuredSizer : Sizer
{
    private readonly SizingConfig _config;

    /// <summary>A sizer that keeps everything until sizes are measured.</summary>
    /// <param name="groups">A group for each table row.</param>
    /// <param name="config">The embedding size and the budget.</param>
    public MeasuredSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim) => _config = config;

    /// <inheritdoc/>
    public override bool IsLearning => !IsFrozen;

    /// <inheritdoc/>
    public override bool HasSizeZero => true;

    /// <inheritdoc/>
    public override bool FreezesWhenSettled => true;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress) => null;

    /// <inheritdoc/>
    public override void Freeze() => IsFrozen = true;

    internal override bool ChangesCoordinates => true;

    internal override double Distillation => _config.Taper.Distillation;

    internal override void Decide(SizeSearch search) => Taperer.Taper(search, this, _config.Budget ?? 1);

    /// <summary>Takes the sizes of the table rows over.</summary>
    internal void Keep(ReadOnlySpan<byte> sizes) => sizes.CopyTo(SizeOfGroup);
}
