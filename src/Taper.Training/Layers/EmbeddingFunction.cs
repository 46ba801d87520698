using static TorchSharp.torch;

namespace Taper.Training.Layers;

/// <summary>
/// ê = m ⊙ e as an autograd function. The forward pass gathers the kept prefixes only. The backward pass gives
/// ∂L/∂e = m ⊙ G to the layer's row gradients, and returns ∂L/∂m_u = Σ over the occurrences of group u of G ⊙ e, for
/// all D dimensions, also those beyond the prefix: that is what lets an embedding grow again.
/// </summary>
internal sealed class EmbeddingFunction : autograd.SingleTensorFunction<EmbeddingFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(EmbeddingFunction);

    /// <summary>Inputs: the mask (or an anchor that only makes backward run) and the <see cref="EmbeddingPass"/>.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var pass = (EmbeddingPass)vars[1];
        ctx.save_data(nameof(EmbeddingPass), pass);
        using Tensor? softMask = pass.SoftMask?.detach().contiguous();
        return pass.Layer.Gather(pass.Batch, softMask);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var pass = (EmbeddingPass)ctx.get_data(nameof(EmbeddingPass));
        using Tensor gradient = grad_output.contiguous();
        using Tensor? softMask = pass.SoftMask?.detach().contiguous();
        pass.Layer.AddRowGradients(pass.Batch, softMask, gradient);
        return [pass.Mask is { requires_grad: true } ? pass.Layer.MaskGradients(pass.Batch, gradient.Floats()) : zeros(1), null!];
    }
}
