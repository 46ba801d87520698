using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>A vocabulary that is made of the former one and a delta: the tensors that the bundle had which the delta was made of.</summary>
internal sealed class RebuiltVocabulary : IVocabularyTensors
{
    private readonly ChangedRows rows;
    private readonly SafetensorsFile changes;
    private readonly BundleVocabularyEntry entry;
    private readonly BundleManifest result;
    private readonly TensorNames names;
    private readonly bool hasFirstOrder;

    /// <exception cref="ArtifactException">The delta is not sound, or does not fit the rows that it changes.</exception>
    public RebuiltVocabulary(StoredRows basis, SafetensorsFile changes, BundleVocabularyEntry entry, BundleManifest result)
    {
        this.changes = changes;
        this.entry = entry;
        this.result = result;
        rows = new ChangedRows(basis, changes, entry, result);
        names = new TensorNames(entry.Name);
        hasFirstOrder = basis.HasFirstOrder;
    }

    public IEnumerable<PendingTensor> KeyTensors()
    {
        ulong[] keys = new ulong[rows.Count];
        int next = 0;
        rows.Visit(row => keys[next++] = row.Key);
        if (!KeyIndex.TryBuild(keys, out uint[] slots, entry.UnknownRow, entry.MissingRow))
        {
            throw new ArtifactException($"{changes.Path}: the vocabulary '{entry.Name}' has a value twice; export the delta again.");
        }

        yield return new PendingTensor(new SafetensorsTensor(names.Keys, SafetensorsDtype.U64, [keys.LongLength]), writer => writer.Write<ulong>(keys));
        yield return new PendingTensor(new SafetensorsTensor(names.Index, SafetensorsDtype.U32, [slots.LongLength]), writer => writer.Write<uint>(slots));
    }

    public IEnumerable<PendingTensor> RowTensors()
    {
        yield return WholeVocabulary.Copy(changes.Tensor(names.SizeFirstRow));
        if (result.Layout == RowLayout.Masked)
        {
            SafetensorsTensor kept = new(names.Kept, SafetensorsDtype.U8, [rows.KeepingRows, (result.Dimension + 7) / 8]);
            yield return new PendingTensor(kept, writer => rows.Visit(row => writer.Write(row.Mask)));
        }

        if (changes.Contains(names.Default))
        {
            yield return WholeVocabulary.Copy(changes.Tensor(names.Default));
        }

        if (hasFirstOrder)
        {
            SafetensorsTensor weights = new(names.FirstOrder, SafetensorsDtype.F32, [rows.Count]);
            yield return new PendingTensor(weights, writer => rows.Visit(row => writer.Write(row.Weight)));
        }

        if (changes.Contains(names.Scale))
        {
            yield return WholeVocabulary.Copy(changes.Tensor(names.Scale));
        }

        SafetensorsTensor values = new(names.Values, RowPacking.DtypeOf(result.Precision), [rows.Numbers]);
        yield return new PendingTensor(values, writer => rows.Visit(row => writer.Write(row.Numbers)));
    }
}
