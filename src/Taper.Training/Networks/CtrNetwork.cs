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

    private readonly EmbeddingProjection? _projection;

    private protected CtrNetwork(string type, NetworkShape shape)
        : base(type)
    {
        Type = type;
        Shape = shape;
        if (shape.Projected.Count > 0)
        {
            _projection = new EmbeddingProjection(shape);
            register_module("projection", _projection);
        }
    }

    /// <summary>Names that <c>network.type</c> accepts.</summary>
    public static IReadOnlyCollection<string> Names => Types.Keys;

    /// <summary>Name of the network, as in <c>network.type</c>.</summary>
    public string Type { get; }

    /// <summary>What the network is fed.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Whether the network adds first-order weights of the feature values.</summary>
    public virtual bool HasFirstOrder => false;

    /// <summary>Numbers of the matrices that project embeddings to D; 0 where none is projected.</summary>
    internal long ProjectionParameters => _projection?.Parameters ?? 0;

    /// <summary>Creates the network that a config names.</summary>
    public static CtrNetwork Create(NetworkConfig config, NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Types[config.Type](shape, config);
    }

    /// <summary>[batch] logits.</summary>
    public sealed override Tensor forward(NetworkInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Logits(_projection is null ? input : input with { Embeddings = _projection.forward(input.Embeddings) });
    }

    /// <summary>Goes on from a network without projections, with these.</summary>
    internal void TakeOver(CtrNetwork whole, Func<int, float[]?> projectionOf)
    {
        using var noGradient = no_grad();
        Dictionary<string, Tensor> weights = whole.state_dict();
        foreach ((string name, Tensor weight) in state_dict())
        {
            if (weights.TryGetValue(name, out Tensor? value))
            {
                weight.copy_(value);
            }
        }

        _projection?.Set(projectionOf);
    }

    /// <summary>The trained network as data, for the bundle.</summary>
    public NetworkDefinition Export()
    {
        var weights = new ExportedWeights();
        Visit(weights);
        IReadOnlyList<string?> projections = _projection?.Export(weights) ?? [];
        return new NetworkDefinition
        {
            Type = Type,
            Fields = Shape.Fields,
            Dimension = Shape.Dimension,
            NumericInputs = Shape.Numeric,
            Projections = projections,
            Weights = weights.Tensors,
        };
    }

    /// <summary>
    /// Takes the weights of a network of the same type and shapes over; false, and nothing is changed, where they are others.
    /// Batch normalisation is folded into exported weights, so a network that has it cannot go on from them.
    /// </summary>
    internal bool TryImport(IReadOnlyDictionary<string, NetworkTensor> weights)
    {
        IReadOnlyDictionary<string, NetworkTensor> own = Export().Weights;
        bool fits = !buffers().Any()
            && weights.Keys.All(own.ContainsKey)
            && own.All(weight => weights.TryGetValue(weight.Key, out NetworkTensor? value) && value.Shape.AsSpan().SequenceEqual(weight.Value.Shape));
        if (fits)
        {
            Visit(new ImportedWeights(weights));
        }

        return fits;
    }

    /// <summary>Takes the weights of a network over where it is built alike; false, and nothing is changed, where it is not.</summary>
    internal bool TryTakeOver(CtrNetwork other)
    {
        Dictionary<string, Tensor> weights = state_dict(), others = other.state_dict();
        bool fits = Type == other.Type && weights.Count == others.Count && weights.All(
            weight => others.TryGetValue(weight.Key, out Tensor? value) && value.shape.AsSpan().SequenceEqual(weight.Value.shape));
        if (fits)
        {
            TakeOver(other, _ => null);
        }

        return fits;
    }

    /// <summary>Whether a field's coordinates can change without changing what the network computes.</summary>
    internal virtual bool CanAlign => false;

    /// <summary>Takes a change of a field's coordinates over: x = A⁻¹ x' for the new x'.</summary>
    /// <param name="field">Index of the embedded field.</param>
    /// <param name="inverse">A⁻¹, row-major [D × D].</param>
    internal virtual void Align(int field, float[] inverse) => throw new NotSupportedException($"{Type} multiplies its inputs with each other.");

    /// <summary>Takes a shift of a field's coordinates over: x = x' + d for the new x'.</summary>
    /// <param name="field">Index of the embedded field.</param>
    /// <param name="shift">d, of length D.</param>
    internal virtual void Shift(int field, float[] shift) => throw new NotSupportedException($"{Type} multiplies its inputs with each other.");

    private protected abstract Tensor Logits(NetworkInput input);

    private protected abstract void Visit(NetworkWeights weights);
}
