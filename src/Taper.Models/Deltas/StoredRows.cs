using System.Runtime.InteropServices;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>The rows of a vocabulary of a bundle as they are stored, byte for byte. Valid until the bundle is disposed.</summary>
internal sealed unsafe class StoredRows
{
    /// <summary>Stands for no row.</summary>
    public const uint None = uint.MaxValue;

    private readonly BundleVocabularyEntry entry;
    private readonly SizeClasses classes;
    private readonly ulong* keys;
    private readonly uint* slots;
    private readonly long slotCount;
    private readonly byte* values;
    private readonly byte* kept;
    private readonly float* firstOrder;
    private readonly int numberBytes;

    /// <exception cref="ArtifactException">A tensor is not what the manifest says.</exception>
    public StoredRows(BundleTensors files, BundleVocabularyEntry entry, BundleManifest manifest)
    {
        this.entry = entry;
        CompactTensors tensors = new(files, entry, manifest);
        classes = new SizeClasses(tensors.FirstRow(), tensors.FirstNumber());
        keys = tensors.Keys();
        slots = tensors.Slots(out slotCount);
        values = tensors.Values();
        kept = tensors.Kept();
        firstOrder = tensors.FirstOrder();
        numberBytes = RowPacking.BytesOf(manifest.Precision);
    }

    /// <summary>How many there are.</summary>
    public int Count => entry.Sizes.Values;

    /// <summary>Whether they have first-order weights.</summary>
    public bool HasFirstOrder => firstOrder is not null;

    /// <summary>The key of a row; 0 for those of unknown and missing values.</summary>
    public ulong KeyOf(uint row) => keys[row];

    /// <summary>The row that stands for the same value as one of another bundle's vocabulary of the same name and seed; <see cref="None"/>: there is none.</summary>
    public uint Find(StoredRows other, uint row)
    {
        if (row == other.entry.UnknownRow)
        {
            return (uint)entry.UnknownRow;
        }

        return row == other.entry.MissingRow ? (uint)entry.MissingRow : (uint)KeyIndex.Find(other.keys[row], keys, slots, slotCount);
    }

    /// <summary>The kept size of a row, 0 to D.</summary>
    public int SizeOf(uint row) => classes.SizeOf((int)row, out _);

    /// <summary>The kept numbers of a row, packed.</summary>
    public ReadOnlySpan<byte> NumbersOf(uint row)
    {
        int size = classes.SizeOf((int)row, out long number);
        return new ReadOnlySpan<byte>(values + (number * numberBytes), size * numberBytes);
    }

    /// <summary>Which elements a row's numbers are, where it keeps some and not simply the first ones; else empty.</summary>
    public ReadOnlySpan<byte> MaskOf(uint row)
    {
        int bytes = (classes.Dimension + 7) / 8;
        return kept is null || SizeOf(row) == 0 ? [] : new ReadOnlySpan<byte>(kept + ((long)row * bytes), bytes);
    }

    /// <summary>The first-order weight of a row, where there is one; else empty.</summary>
    public ReadOnlySpan<float> WeightOf(uint row) => firstOrder is null ? [] : new ReadOnlySpan<float>(firstOrder + row, 1);

    /// <summary>Whether a row is, but for its key, the same bytes as one of another bundle.</summary>
    public bool Equals(uint row, StoredRows other, uint otherRow) =>
        SizeOf(row) == other.SizeOf(otherRow)
        && NumbersOf(row).SequenceEqual(other.NumbersOf(otherRow))
        && MaskOf(row).SequenceEqual(other.MaskOf(otherRow))
        && MemoryMarshal.AsBytes(WeightOf(row)).SequenceEqual(MemoryMarshal.AsBytes(other.WeightOf(otherRow)));
}
