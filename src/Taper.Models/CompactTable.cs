using Taper.Embeddings.Features;
using Taper.Models.Compact;

namespace Taper.Models;

/// <summary>
/// The embeddings of one vocabulary as a bundle holds them: the kept prefix of every row, memory-mapped, found by the
/// 64-bit hash of the feature value. Nothing is allocated to find or read a row. Thread-safe; valid until its
/// <see cref="Bundle"/> is disposed.
/// </summary>
public sealed unsafe class CompactTable
{
    private readonly BundleTensors files; // keeps the mappings alive
    private readonly Precision precision;
    private readonly long hashSeed;
    private readonly long[] firstRow;
    private readonly long[] firstNumber;
    private readonly ulong* keys;
    private readonly uint* slots;
    private readonly long slotCount;
    private readonly byte* values;
    private readonly Half* scales;
    private readonly float* firstOrder;
    private readonly float* defaultRow;

    internal CompactTable(BundleTensors files, BundleVocabularyEntry entry, BundleManifest manifest)
    {
        CompactTensors tensors = new(files, entry, manifest);
        this.files = files;
        precision = manifest.Precision;
        hashSeed = entry.HashSeed;
        Name = entry.Name;
        Dimension = manifest.Dimension;
        Rows = entry.Sizes.Values;
        UnknownRow = entry.UnknownRow;
        MissingRow = entry.MissingRow;
        firstRow = tensors.FirstRow();
        firstNumber = tensors.FirstNumber();
        keys = tensors.Keys();
        slots = tensors.Slots(out slotCount);
        values = tensors.Values();
        scales = tensors.Scales();
        firstOrder = tensors.FirstOrder();
        defaultRow = tensors.DefaultRow();
    }

    /// <summary>The vocabulary's name.</summary>
    public string Name { get; }

    /// <summary>The number of rows, those of unknown and missing values among them.</summary>
    public int Rows { get; }

    /// <summary>The full width of an embedding, D.</summary>
    public int Dimension { get; }

    /// <summary>The row of values that are not in the vocabulary.</summary>
    public int UnknownRow { get; }

    /// <summary>The row of missing values.</summary>
    public int MissingRow { get; }

    /// <summary>Whether the rows have first-order weights.</summary>
    public bool HasFirstOrder => firstOrder is not null;

    /// <summary>The row of a feature value; that of unknown values when it is not in the vocabulary.</summary>
    /// <param name="value">The value's UTF-8 text, not empty.</param>
    public int RowOf(ReadOnlySpan<byte> value) =>
        TryFind(FeatureKey.Hash(value, hashSeed), out int row) ? row : UnknownRow;

    /// <summary>The row of a feature value; that of unknown values when it is not in the vocabulary.</summary>
    /// <param name="value">The value's text, not empty.</param>
    public int RowOf(string value) => TryFind(FeatureKey.Hash(value, hashSeed), out int row) ? row : UnknownRow;

    /// <summary>Finds the row of a key: XXH3 of the value's UTF-8 text with the manifest's seed.</summary>
    public bool TryFind(ulong key, out int row)
    {
        row = KeyIndex.Find(key, keys, slots, slotCount);
        GC.KeepAlive(files);
        return row >= 0;
    }

    /// <summary>The kept size of a row, 0 to D.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int SizeOf(int row) => Dimension - PlaceOf(row);

    /// <summary>Reads a row at full width: its kept numbers and zeros, or the default row where nothing was kept.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="destination">Receives D floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Read(int row, Span<float> destination)
    {
        int place = PlaceOf(row);
        int size = Dimension - place;
        if (size == 0)
        {
            new ReadOnlySpan<float>(defaultRow, Dimension).CopyTo(destination);
            GC.KeepAlive(files);
            return;
        }

        destination[size..Dimension].Clear();
        long number = firstNumber[place] + ((row - firstRow[place]) * size);
        switch (precision)
        {
            case Precision.Fp32:
                new ReadOnlySpan<float>((float*)values + number, size).CopyTo(destination);
                break;
            case Precision.Fp16:
                RowPacking.FromHalves(new ReadOnlySpan<Half>((Half*)values + number, size), destination);
                break;
            default:
                RowPacking.FromIntegers(new ReadOnlySpan<sbyte>((sbyte*)values + number, size), scales[row], destination);
                break;
        }

        GC.KeepAlive(files);
    }

    /// <summary>The first-order weight of a row; 0 where the network has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public float FirstOrderOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        float weight = firstOrder is null ? 0 : firstOrder[row];
        GC.KeepAlive(files);
        return weight;
    }

    /// <summary>Which size a row has, counted from D downwards.</summary>
    private int PlaceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        int low = 0;
        int high = Dimension;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (firstRow[middle] <= row)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
