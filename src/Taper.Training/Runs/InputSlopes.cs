using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>What the fields feed the network in a batch, and how its logits follow from it; on the CPU, in the caller's scope.</summary>
/// <param name="Embeddings">[batch × fields · D].</param>
/// <param name="Slopes">∂logit/∂ of each of them, of the same shape.</param>
/// <param name="Logits">[batch].</param>
internal readonly record struct InputSlopes(Tensor Embeddings, Tensor Slopes, Tensor Logits);
