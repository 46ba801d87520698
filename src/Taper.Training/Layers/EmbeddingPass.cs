using Taper.Data;
using static TorchSharp.torch;

namespace Taper.Training.Layers;

/// <summary>What the backward pass of <see cref="EmbeddingFunction"/> has to know of its forward pass.</summary>
internal sealed record EmbeddingPass(EmbeddingLayer Layer, Batch Batch, Tensor? Mask)
{
    /// <summary>The mask to multiply by, where the forward pass is soft.</summary>
    public Tensor? SoftMask => Layer.Sizer.IsSoft ? Mask : null;
}
