namespace Taper.Models;

/// <summary>
/// A trained dense network as data: what the trainer hands over and what the bundle's ONNX graph is made from.
/// Batch normalisation is already folded into the linear layers, dropout is gone.
/// </summary>
public sealed record NetworkDefinition
{
    /// <summary>The network: <c>dnn</c>, <c>wide_deep</c>, <c>deepfm</c>, <c>dcn_v2</c> or <c>fm</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The number of fields with an embedding (F), 1 or more.</summary>
    public required int Fields { get; init; }

    /// <summary>The full width of an embedding (D).</summary>
    public required int Dimension { get; init; }

    /// <summary>The number of numeric fields (K), 0 or more.</summary>
    public required int NumericInputs { get; init; }

    /// <summary>
    /// For each field with an embedding the weight [D, d] that projects its first d numbers to D, null where none does;
    /// empty where no field is projected.
    /// </summary>
    public IReadOnlyList<string?> Projections { get; init; } = [];

    /// <summary>Numbers of all projections; they are embedding parameters that the network holds.</summary>
    internal long ProjectionParameters => Projections.OfType<string>().Distinct().Sum(name => Weights[name].Data.LongLength);

    /// <summary>
    /// The weights by name: <c>mlp.{i}.weight</c> [out, in] and <c>mlp.{i}.bias</c> [out] for each hidden layer,
    /// <c>output.weight</c> [1, in], <c>output.bias</c> [1], <c>cross.{l}.weight</c> [d, d] and <c>cross.{l}.bias</c>
    /// [d] with d = F · D + K, <c>numeric.weight</c> [1, K], <c>bias</c> [1], each where the type has it;
    /// and those that <see cref="Projections"/> names.
    /// </summary>
    public required IReadOnlyDictionary<string, NetworkTensor> Weights { get; init; }
}
