namespace Taper.Training.Sizing;

/// <summary>What a checkpoint keeps of a sizer beside its parameters.</summary>
internal sealed record SizerState(byte[] Sizes, bool IsFrozen);
