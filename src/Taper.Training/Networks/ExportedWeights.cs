using Taper.Models;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Copies a network's weights.</summary>
internal sealed class ExportedWeights : NetworkWeights
{
    private readonly Dictionary<string, NetworkTensor> _tensors = [];

    /// <summary>The weights copied so far.</summary>
    public IReadOnlyDictionary<string, NetworkTensor> Tensors => _tensors;

    /// <inheritdoc/>
    public override void Add(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Tensor values = tensor.detach().cpu().contiguous();
        _tensors.Add(name, new NetworkTensor([.. values.shape.Select(d => (int)d)], values.data<float>().ToArray()));
    }
}
