using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Training.WarmStart;

/// <summary>The rows of a tensor [rows × D], and their first-order weights in another; both stay in their files.</summary>
internal sealed class TensorRows : IImportedRows
{
    private readonly WeightFile _file;
    private readonly string _tensor;
    private readonly (WeightFile File, string Tensor)? _firstOrder;

    private TensorRows(WeightFile file, string tensor, IReadOnlyList<long> shape, (WeightFile File, string Tensor)? firstOrder)
    {
        _file = file;
        _tensor = tensor;
        _firstOrder = firstOrder;
        Count = (int)shape[0];
        Dimension = (int)shape[1];
    }

    public string Title => $"{_file.Path}: tensor '{_tensor}'";

    public int Count { get; }

    public int Dimension { get; }

    /// <summary>Finds them.</summary>
    /// <param name="file">The file; not owned.</param>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="firstOrder">Where the first-order weights are; null where there are none.</param>
    /// <exception cref="ArtifactException">There is no such tensor, or it is no table, or the first-order weights are not one for each row.</exception>
    public static TensorRows Find(WeightFile file, string tensor, (WeightFile File, string Tensor)? firstOrder)
    {
        IReadOnlyList<long> shape = ShapeOf(file, tensor);
        if (shape is [_, > byte.MaxValue])
        {
            throw new ArtifactException($"{file.Path}: tensor '{tensor}' is [{string.Join(", ", shape)}]; embeddings have up to {byte.MaxValue} dimensions here.");
        }

        if (shape is not [> 0 and <= int.MaxValue, > 0])
        {
            throw new ArtifactException(
                $"{file.Path}: tensor '{tensor}' is no table [rows x dimensions] but [{string.Join(", ", shape)}]; name another one.");
        }

        if (firstOrder is var (weights, name) && ShapeOf(weights, name) is var widths && (widths is not ([_] or [_, 1]) || widths[0] != shape[0]))
        {
            throw new ArtifactException(
                $"{weights.Path}: tensor '{name}' is [{string.Join(", ", widths)}], the first-order weights of {shape[0]} rows are [{shape[0]}]; name another one.");
        }

        return new TensorRows(file, tensor, shape, firstOrder);
    }

    public void Read(int row, Span<float> destination) => Read(_file, _tensor, row, destination[..Dimension]);

    public float? FirstOrderOf(int row)
    {
        if (_firstOrder is not var (file, tensor))
        {
            return null;
        }

        float weight = 0;
        Read(file, tensor, row, new Span<float>(ref weight));
        return weight;
    }

    private static void Read(WeightFile file, string tensor, int row, Span<float> destination)
    {
        file.Read(tensor, (long)row * destination.Length, destination);
        foreach (float number in destination)
        {
            if (!float.IsFinite(number))
            {
                throw new ArtifactException($"{file.Path}: row {row} of tensor '{tensor}' has a number that is not finite; mend it, or drop the row.");
            }
        }
    }

    private static IReadOnlyList<long> ShapeOf(WeightFile file, string tensor)
    {
        if (!file.Tensors.TryGetValue(tensor, out IReadOnlyList<long>? shape))
        {
            file.Read(tensor, 0, []); // says which there are
        }

        return shape!;
    }
}
