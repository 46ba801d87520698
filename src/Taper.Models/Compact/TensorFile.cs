using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>Writes the tensor files of bundles and deltas.</summary>
internal static class TensorFile
{
    /// <summary>Writes a new file. Wide types come first, so that every tensor is aligned to its numbers.</summary>
    public static void Write(string path, IEnumerable<PendingTensor> pending)
    {
        List<PendingTensor> tensors = [.. pending.OrderByDescending(p => p.Tensor.ByteLength / Math.Max(1, p.Tensor.ElementCount))];
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        SafetensorsWriter writer = new(stream, [.. tensors.Select(p => p.Tensor)]);
        tensors.ForEach(p => p.Write(writer));
        writer.Complete();
    }
}
