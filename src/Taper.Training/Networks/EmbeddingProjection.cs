using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>
/// y_f = x_f P_v for each field f of vocabulary v: the first d_v numbers, which are all that its values have, become D
/// (Ginart et al. 2021, equation 1). Pooling is linear and has been done before.
/// </summary>
internal sealed class EmbeddingProjection : nn.Module<Tensor, Tensor>
{
    private const string Prefix = "projection_";

    private readonly NetworkShape _shape;
    private readonly Dictionary<int, Linear> _projections = [];

    public EmbeddingProjection(NetworkShape shape)
        : base(nameof(EmbeddingProjection))
    {
        _shape = shape;
        foreach (ProjectedField field in shape.Projected.Where(field => field.Width < shape.Dimension).DistinctBy(field => field.Vocabulary))
        {
            Linear projection = nn.Linear(field.Width, shape.Dimension, hasBias: false);
            nn.init.xavier_uniform_(projection.weight!);
            _projections.Add(field.Vocabulary, projection);
            register_module(NameOf(field.Vocabulary), projection);
        }
    }

    /// <summary>Numbers of all matrices.</summary>
    public long Parameters => _projections.Values.Sum(projection => projection.weight!.numel());

    /// <summary>[batch × fields · D], zero beyond d_v → [batch × fields · D].</summary>
    public override Tensor forward(Tensor input)
    {
        int dimension = _shape.Dimension;
        return cat(
            [
                .. _shape.Projected.Select((field, f) => _projections.TryGetValue(field.Vocabulary, out Linear? projection)
                    ? projection.forward(input.narrow(1, (long)f * dimension, field.Width))
                    : input.narrow(1, (long)f * dimension, dimension)),
            ],
            1);
    }

    /// <summary>Sets the matrices, [D × d_v] each.</summary>
    public void Set(Func<int, float[]?> matrixOf)
    {
        using var noGradient = no_grad();
        foreach ((int vocabulary, Linear projection) in _projections)
        {
            using Tensor matrix = tensor(matrixOf(vocabulary)!).view_as(projection.weight!);
            projection.weight!.copy_(matrix);
        }
    }

    /// <summary>The matrices, and the name of each field's; null where it has none.</summary>
    public IReadOnlyList<string?> Export(NetworkWeights weights)
    {
        foreach ((int vocabulary, Linear projection) in _projections)
        {
            weights.Add(NameOf(vocabulary), projection.weight!);
        }

        return [.. _shape.Projected.Select(field => _projections.ContainsKey(field.Vocabulary) ? NameOf(field.Vocabulary) : null)];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Linear projection in _projections.Values)
            {
                projection.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether a weight of that name projects embeddings.</summary>
    public static bool IsWeight(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    private static string NameOf(int vocabulary) => $"{Prefix}{vocabulary}";
}
