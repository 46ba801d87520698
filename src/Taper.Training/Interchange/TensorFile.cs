using Taper.Embeddings.Storage;
using Taper.Models;

namespace Taper.Training.Interchange;

/// <summary>A safetensors file in the making: what is added is declared, and streamed when it is written.</summary>
/// <param name="cancellation">Stops writing.</param>
internal sealed class TensorFile(CancellationToken cancellation)
{
    private readonly List<(SafetensorsTensor Tensor, Action<SafetensorsWriter> Write)> _tensors = [];

    /// <summary>Adds the weights of a network.</summary>
    public void Add(IReadOnlyDictionary<string, NetworkTensor> network)
    {
        foreach ((string name, NetworkTensor tensor) in network)
        {
            Add(name, [.. tensor.Shape.Select(width => (long)width)], writer => writer.Write<float>(tensor.Data));
        }
    }

    /// <summary>Adds rows of floats.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">[rows], or [rows, width].</param>
    /// <param name="read">Fills a row, given its number.</param>
    public void Add(string name, IReadOnlyList<long> shape, Action<int, Span<float>> read) => Add(name, shape, writer =>
    {
        float[] row = new float[shape.Count > 1 ? shape[1] : 1];
        for (int i = 0; i < shape[0]; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            read(i, row);
            writer.Write<float>(row);
        }
    });

    /// <summary>Writes the file.</summary>
    /// <exception cref="ArtifactException">Two tensors have one name.</exception>
    public void Write(string path)
    {
        if (_tensors.CountBy(tensor => tensor.Tensor.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            throw new ArtifactException($"A vocabulary and a weight of the network are both named {twice}; export as npy or parquet, where they have files of their own.");
        }

        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        SafetensorsWriter writer = new(stream, [.. _tensors.Select(tensor => tensor.Tensor)]);
        _tensors.ForEach(tensor => tensor.Write(writer));
        writer.Complete();
    }

    private void Add(string name, IReadOnlyList<long> shape, Action<SafetensorsWriter> write) =>
        _tensors.Add((new SafetensorsTensor(name, SafetensorsDtype.F32, shape), write));
}
