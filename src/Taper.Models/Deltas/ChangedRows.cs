using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>
/// The rows of a vocabulary as a delta makes them of the former ones, in their new order. What the delta says is checked before it is
/// believed, so that no row is read where there is none.
/// </summary>
internal sealed unsafe class ChangedRows
{
    private readonly StoredRows basis;
    private readonly SafetensorsFile changes;
    private readonly SizeClasses classes;
    private readonly DeltaTensorNames deltaNames;
    private readonly uint* from;
    private readonly byte* changed;
    private readonly ulong* newKeys;
    private readonly byte* values;
    private readonly byte* kept;
    private readonly float* firstOrder;
    private readonly int numberBytes;
    private readonly int maskBytes;

    /// <exception cref="ArtifactException">The delta is not sound, or does not fit the rows that it changes.</exception>
    public ChangedRows(StoredRows basis, SafetensorsFile changes, BundleVocabularyEntry entry, BundleManifest result)
    {
        this.basis = basis;
        this.changes = changes;
        deltaNames = new DeltaTensorNames(entry.Name);
        TensorNames names = new(entry.Name);
        Count = entry.Sizes.Values;
        from = Tensor(deltaNames.From, SafetensorsDtype.U32, Count).As<uint>(); // so many rows really are there, however many the manifest says
        changed = Tensor(deltaNames.Changed, SafetensorsDtype.U8, (Count + 7) / 8).Pointer;
        CompactTensors tensors = new(new BundleTensors(changes, changes), entry, result);
        FirstRow = tensors.FirstRow();
        long[] firstNumber = tensors.FirstNumber();
        Numbers = firstNumber[^1];
        classes = new SizeClasses(FirstRow, firstNumber);
        numberBytes = RowPacking.BytesOf(result.Precision);
        maskBytes = result.Layout == RowLayout.Masked ? (result.Dimension + 7) / 8 : 0;
        ChangedTotals totals = Check();
        newKeys = Tensor(deltaNames.NewKeys, SafetensorsDtype.U64, totals.New).As<ulong>();
        values = Tensor(names.Values, RowPacking.DtypeOf(result.Precision), totals.Numbers).Pointer;
        kept = maskBytes == 0 ? null : Tensor(names.Kept, SafetensorsDtype.U8, totals.Keeping * maskBytes).Pointer;
        firstOrder = basis.HasFirstOrder ? Tensor(names.FirstOrder, SafetensorsDtype.F32, totals.Changed).As<float>() : null;
    }

    /// <summary>Receives a row.</summary>
    public delegate void Visitor(RowBytes row);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The first row of the sizes D, D - 1, ..., 0, and the number of rows.</summary>
    public long[] FirstRow { get; }

    /// <summary>The kept numbers of them all.</summary>
    public long Numbers { get; }

    /// <summary>The rows that keep something: they stand first.</summary>
    public long KeepingRows => FirstRow[^2];

    /// <summary>Goes through the rows in order.</summary>
    public void Visit(Visitor visitor)
    {
        ulong* nextKey = newKeys;
        byte* nextNumber = values;
        byte* nextMask = kept;
        float* nextWeight = firstOrder;
        for (uint row = 0; row < Count; row++)
        {
            uint before = from[row];
            ulong key = before == StoredRows.None ? *nextKey++ : basis.KeyOf(before);
            if (!IsChanged(row))
            {
                visitor(new RowBytes(key, basis.NumbersOf(before), basis.MaskOf(before), basis.WeightOf(before)));
                continue;
            }

            int size = classes.SizeOf((int)row, out _);
            int ofMask = size == 0 ? 0 : maskBytes;
            int weights = firstOrder is null ? 0 : 1;
            visitor(new RowBytes(key, new(nextNumber, size * numberBytes), new(nextMask, ofMask), new(nextWeight, weights)));
            nextNumber += size * numberBytes;
            nextMask += ofMask;
            nextWeight += weights;
        }
    }

    private ChangedTotals Check()
    {
        ChangedTotals totals = default;
        for (uint row = 0; row < Count; row++)
        {
            uint before = from[row];
            Require(before < basis.Count || before == StoredRows.None, deltaNames.From, "names a row that was not there");
            int size = classes.SizeOf((int)row, out _);
            bool isSound = IsChanged(row) || (before != StoredRows.None && basis.SizeOf(before) == size);
            Require(isSound, deltaNames.Changed, "leaves out a row that cannot have stayed as it was");
            totals = totals.With(before == StoredRows.None, IsChanged(row), size);
        }

        return totals;
    }

    private bool IsChanged(uint row) => (changed[row / 8] >> (int)(row % 8) & 1) != 0;

    private SafetensorsView Tensor(string name, SafetensorsDtype dtype, long count)
    {
        SafetensorsView view = changes.Tensor(name);
        Require(view.Dtype == dtype, name, "holds numbers of another type");
        Require(view.Tensor.ElementCount == count, name, $"has {view.Tensor.ElementCount} numbers, expected {count}");
        return view;
    }

    private void Require(bool holds, string name, string problem)
    {
        if (!holds)
        {
            throw new ArtifactException($"{changes.Path}: the tensor '{name}' {problem}; export the delta again.");
        }
    }
}
