using Taper.Models;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>A CTR network: embeddings, numeric inputs and first-order weights in, one logit for each example out.</summary>
public abstract class CtrNetwork : nn.Module<NetworkInput, Tensor>
{
    private static readonly Dictionary<string, Func<NetworkShape, NetworkConfig, CtrNetwork>> Types = new()
    {
        ["dnn"] = (shape, config) => new Dnn(shape, config),
        ["wide_deep"] = (shape, config) => new WideDeep(shape, config),
        ["deepfm"] = (shape, config) => new DeepFm(shape, config),
        ["dcn_v2"] = (shape, config) => new DcnV2(shape, config),
        ["fm"] = (shape, _) => new Fm(shape),
    };

    private protected CtrNetwork(string type, NetworkShape shape)
        : base(type)
    {
        Type = type;
        Shape = shape;
    }

    /// <summary>Names that <c>network.type</c> accepts.</summary>
    public static IReadOnlyCollection<string> Names => Types.Keys;

    /// <summary>Name of the network, as in <c>network.type</c>.</summary>
    public string Type { get; }

    /// <summary>What the network is fed.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Whether the network adds first-order weights of the feature values.</summary>
    public virtual bool HasFirstOrder => false;

    /// <summary>Creates the network that a config names.</summary>
    public static CtrNetwork Create(NetworkConfig config, NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Types[config.Type](shape, config);
    }

    /// <summary>The trained network as data, for the bundle.</summary>
    public NetworkDefinition Export()
    {
        var weights = new NetworkWeights();
        Export(weights);
        return new NetworkDefinition
        {
            Type = Type,
            Fields = Shape.Fields,
            Dimension = Shape.Dimension,
            NumericInputs = Shape.Numeric,
            Weights = weights.Tensors,
        };
    }

    /// <summary>Whether a field's coordinates can change without changing what the network computes.</summary>
    internal virtual bool CanAlign => false;

    /// <summary>Takes a change of a field's coordinates over: x = A⁻¹ x' for the new x'.</summary>
    /// <param name="field">Index of the embedded field.</param>
    /// <param name="inverse">A⁻¹, row-major [D × D].</param>
    internal virtual void Align(int field, float[] inverse) => throw new NotSupportedException($"{Type} multiplies its inputs with each other.");

    private protected abstract void Export(NetworkWeights weights);
}
