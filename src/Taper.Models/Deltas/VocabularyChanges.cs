using System.Collections;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>What has changed in a vocabulary between two bundles that hash its values alike: found by its values' keys, whatever their order.</summary>
internal sealed class VocabularyChanges
{
    private readonly StoredRows target;
    private readonly BundleTensors files;
    private readonly TensorNames names;
    private readonly DeltaTensorNames deltaNames;
    private readonly uint[] from;
    private readonly BitArray changed;

    public VocabularyChanges(StoredRows basis, StoredRows target, BundleTensors files, string vocabulary)
    {
        this.target = target;
        this.files = files;
        names = new TensorNames(vocabulary);
        deltaNames = new DeltaTensorNames(vocabulary);
        from = new uint[target.Count];
        changed = new BitArray(target.Count);
        int found = 0, grown = 0, shrunk = 0, other = 0;
        for (uint row = 0; row < target.Count; row++)
        {
            uint before = basis.Find(target, row);
            from[row] = before;
            changed[(int)row] = before == StoredRows.None || !target.Equals(row, basis, before);
            if (before != StoredRows.None)
            {
                found++;
                int difference = target.SizeOf(row).CompareTo(basis.SizeOf(before));
                grown += difference > 0 ? 1 : 0;
                shrunk += difference < 0 ? 1 : 0;
                other += changed[(int)row] ? 1 : 0;
            }
        }

        Summary = new DeltaVocabulary(vocabulary, target.Count, target.Count - found, basis.Count - found, grown, shrunk, other, IsWhole: false);
    }

    /// <summary>How much has changed.</summary>
    public DeltaVocabulary Summary { get; }

    /// <summary>The tensors that make the vocabulary of the former one.</summary>
    public IEnumerable<PendingTensor> Tensors()
    {
        uint[] rows = [.. Enumerable.Range(0, from.Length).Where(row => changed[row]).Select(row => (uint)row)];
        byte[] bits = new byte[(from.Length + 7) / 8];
        changed.CopyTo(bits, 0);
        ulong[] keys = [.. rows.Where(row => from[row] == StoredRows.None).Select(target.KeyOf)];
        yield return new PendingTensor(Declare(deltaNames.From, SafetensorsDtype.U32, from.Length), writer => writer.Write<uint>(from));
        yield return new PendingTensor(Declare(deltaNames.NewKeys, SafetensorsDtype.U64, keys.Length), writer => writer.Write<ulong>(keys));
        yield return new PendingTensor(Declare(deltaNames.Changed, SafetensorsDtype.U8, bits.Length), writer => writer.Write(bits));
        foreach (string name in new[] { names.SizeFirstRow, names.Default, names.Scale }.Where(files.Embeddings.Contains))
        {
            yield return WholeVocabulary.Copy(files.Embeddings.Tensor(name));
        }

        if (files.Embeddings.Contains(names.Kept))
        {
            long bytes = rows.Sum(row => (long)target.MaskOf(row).Length);
            yield return new PendingTensor(Declare(names.Kept, SafetensorsDtype.U8, bytes), writer => Each(rows, row => writer.Write(target.MaskOf(row))));
        }

        if (target.HasFirstOrder)
        {
            yield return new PendingTensor(
                Declare(names.FirstOrder, SafetensorsDtype.F32, rows.Length), writer => Each(rows, row => writer.Write(target.WeightOf(row))));
        }

        yield return new PendingTensor(
            Declare(names.Values, files.Embeddings.Tensor(names.Values).Dtype, rows.Sum(row => (long)target.SizeOf(row))),
            writer => Each(rows, row => writer.Write(target.NumbersOf(row))));
    }

    private static SafetensorsTensor Declare(string name, SafetensorsDtype dtype, long count) => new(name, dtype, [count]);

    private static void Each(uint[] rows, Action<uint> write)
    {
        foreach (uint row in rows)
        {
            write(row);
        }
    }
}
