using Taper.Models;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Collects a network's weights under the names of <see cref="NetworkDefinition"/>.</summary>
internal sealed class NetworkWeights
{
    private readonly Dictionary<string, NetworkTensor> _tensors = [];

    /// <summary>The weights collected so far.</summary>
    public IReadOnlyDictionary<string, NetworkTensor> Tensors => _tensors;

    /// <summary>Copies a tensor under a name.</summary>
    public void Add(string name, Tensor tensor)
    {
        using Tensor values = tensor.detach().cpu().contiguous();
        _tensors.Add(name, new NetworkTensor([.. values.shape.Select(d => (int)d)], values.data<float>().ToArray()));
    }
}
