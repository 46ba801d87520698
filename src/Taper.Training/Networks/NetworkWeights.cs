using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Visits a network's weights under the names of <see cref="Models.NetworkDefinition"/>.</summary>
internal abstract class NetworkWeights
{
    /// <summary>A weight and its name.</summary>
    public abstract void Add(string name, Tensor tensor);
}
