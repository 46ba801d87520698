using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>All tensors of a vocabulary as they lie in a file, to be copied: for what cannot be told as changes of rows.</summary>
internal sealed class WholeVocabulary(BundleTensors files, string vocabulary) : IVocabularyTensors
{
    private readonly TensorNames names = new(vocabulary);

    public IEnumerable<PendingTensor> KeyTensors() => Copies(files.Keys, names.Keys, names.Index);

    public IEnumerable<PendingTensor> RowTensors() => Copies(
        files.Embeddings, names.SizeFirstRow, names.RowsOfValue, names.Kept, names.Default, names.FirstOrder, names.Scale, names.Values);

    private static IEnumerable<PendingTensor> Copies(SafetensorsFile file, params string[] names) =>
        names.Where(file.Contains).Select(name => Copy(file.Tensor(name)));

    /// <summary>A tensor that is written as it lies there.</summary>
    public static unsafe PendingTensor Copy(SafetensorsView view) => new(view.Tensor, writer => writer.Write(view.Pointer, view.ByteLength));
}
