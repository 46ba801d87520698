using Taper.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Sets a network's weights, whose shapes have been checked, to those of another.</summary>
internal sealed class ImportedWeights(IReadOnlyDictionary<string, NetworkTensor> source) : NetworkWeights
{
    /// <inheritdoc/>
    public override void Add(string name, Tensor tensor)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        tensor.copy_(torch.tensor(source[name].Data).view(tensor.shape).to(tensor.device));
    }
}
