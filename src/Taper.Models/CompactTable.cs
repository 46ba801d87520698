using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Taper.Embeddings.Features;
using Taper.Models.Compact;
using Taper.Models.Scoring;

namespace Taper.Models;

/// <summary>
/// The embeddings of one vocabulary as a bundle holds them: the kept numbers of every row, memory-mapped, found by the
/// 64-bit hash of the feature value. Nothing is allocated to find or read a row. Thread-safe; valid until its
/// <see cref="Bundle"/> is disposed.
/// </summary>
public sealed unsafe class CompactTable : IRowTable
{
    private readonly BundleTensors files; // keeps the mappings alive
    private readonly long hashSeed;
    private readonly SizeClasses classes;
    private readonly RowReader reader;
    private readonly SharedRowReader? shared;
    private readonly ulong* keys;
    private readonly uint* slots;
    private readonly long slotCount;
    private readonly float* firstOrder;

    internal CompactTable(BundleTensors files, BundleVocabularyEntry entry, BundleManifest manifest)
    {
        CompactTensors tensors = new(files, entry, manifest);
        this.files = files;
        hashSeed = entry.HashSeed;
        Name = entry.Name;
        Dimension = manifest.Dimension;
        Rows = entry.Sizes.Values;
        UnknownRow = entry.UnknownRow;
        MissingRow = entry.MissingRow;
        classes = new SizeClasses(tensors.FirstRow(), tensors.FirstNumber());
        reader = new RowReader(classes, manifest.Precision, new RowMemory(tensors.Values(), tensors.Scales(), tensors.DefaultRow(), tensors.Kept()));
        shared = entry.Shared is null ? null : new SharedRowReader(reader, tensors.RowsOfValue(), entry.Shared, Dimension);
        keys = tensors.Keys();
        slots = tensors.Slots(out slotCount);
        firstOrder = tensors.FirstOrder();
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

    /// <summary>The key of a feature value: XXH3 of its UTF-8 text with the manifest's seed.</summary>
    /// <param name="value">The value's UTF-8 text, not empty.</param>
    public ulong KeyOf(ReadOnlySpan<byte> value) => FeatureKey.Hash(value, hashSeed);

    /// <summary>Finds the rows of many keys, much faster than one by one. Allocates nothing.</summary>
    /// <param name="keys">See <see cref="KeyOf"/>.</param>
    /// <param name="rows">Receives the row of each key; that of unknown values when it is not in the vocabulary.</param>
    /// <exception cref="ArgumentException">There is less room for rows than there are keys.</exception>
    public void Find(ReadOnlySpan<ulong> keys, Span<int> rows)
    {
        if (rows.Length < keys.Length)
        {
            throw new ArgumentException($"{keys.Length} keys, but room for {rows.Length} rows.", nameof(rows));
        }

        KeyIndex.Find(keys, rows, this.keys, slots, slotCount, UnknownRow);
        GC.KeepAlive(files);
    }

    /// <summary>Finds the row of a key: XXH3 of the value's UTF-8 text with the manifest's seed.</summary>
    public bool TryFind(ulong key, out int row)
    {
        row = KeyIndex.Find(key, keys, slots, slotCount);
        GC.KeepAlive(files);
        return row >= 0;
    }

    /// <summary>The kept size of a row, 0 to D.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int SizeOf(int row)
    {
        CheckRow(row);
        return shared is null ? classes.SizeOf(row, out _) : Dimension;
    }

    /// <summary>Reads a row at full width: its kept numbers and zeros, or the default row where there is one and nothing was kept.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="destination">Receives D floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Read(int row, Span<float> destination)
    {
        CheckRow(row);
        if (shared is null)
        {
            reader.Read(row, destination);
        }
        else
        {
            shared.Read(row, destination);
        }

        GC.KeepAlive(files);
    }

    /// <summary>Reads many rows at full width, much faster than one by one. Allocates nothing.</summary>
    /// <param name="rows">Each 0 to <see cref="Rows"/> - 1.</param>
    /// <param name="destination">Receives D floats for each row, the i-th at i · stride.</param>
    /// <param name="stride">Floats from one row to the next, D or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, Dimension);
        if (rows.IsEmpty)
        {
            return;
        }

        if (destination.Length < ((rows.Length - 1L) * stride) + Dimension)
        {
            throw new ArgumentException($"{rows.Length} rows do not fit {destination.Length} floats.", nameof(destination));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(rows)), (uint)Rows, nameof(rows));

        if (shared is null)
        {
            reader.Read(rows, destination, stride);
        }
        else
        {
            shared.Read(rows, destination, stride);
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

    ulong IRowTable.Want(ReadOnlySpan<byte> value) => KeyOf(value);

    /// <summary>What its rows have in common.</summary>
    internal SharedNumbers SharedNumbers() => new(reader.DefaultRow.ToArray(), reader.Scales.ToArray());

    /// <summary>The key of a row; 0 for the rows of unknown and missing values.</summary>
    internal ulong KeyAt(int row) => keys[row];

    /// <summary>Adds the rows whose keys lie between two of them, both included, in no order.</summary>
    internal void AddRowsBetween(ulong first, ulong last, List<int> rows)
    {
        KeyIndex.AddBetween(first, last, keys, slots, slotCount, rows);
        GC.KeepAlive(files);
    }

    /// <summary>Packs a row by itself and returns its bytes.</summary>
    internal int Pack(int row, PackedRow format, Span<byte> destination)
    {
        CheckRow(row);
        int bytes = format.Write(destination, FirstOrderOf(row), reader.NumbersOf(row));
        GC.KeepAlive(files);
        return bytes;
    }

    private void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
}
