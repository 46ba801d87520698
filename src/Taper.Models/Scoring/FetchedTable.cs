using System.Runtime.InteropServices;
using Taper.Embeddings.Features;
using Taper.Models.Compact;

namespace Taper.Models.Scoring;

/// <summary>
/// Rows of one vocabulary that are fetched for one batch: while the batch is filled its keys are noted, then each is given
/// its row, then the batch is scored. A key that is given none stands for an unknown value. Not thread-safe.
/// </summary>
internal sealed class FetchedTable : IRowTable
{
    private readonly long hashSeed;
    private readonly PackedRow format;
    private readonly SharedNumbers shared;
    private readonly Dictionary<ulong, int> rowOf = [];
    private readonly List<ulong> wanted = [];
    private float[] numbers;
    private float[] firstOrder;

    /// <param name="entry">What the manifest says of the vocabulary.</param>
    /// <param name="format">How rows come.</param>
    /// <param name="reserved">The rows of unknown and missing values, and what all rows share.</param>
    /// <exception cref="FormatException">One of them is no row of the model.</exception>
    public FetchedTable(BundleVocabularyEntry entry, PackedRow format, ReservedRows reserved)
    {
        Name = entry.Name;
        hashSeed = entry.HashSeed;
        this.format = format;
        shared = reserved.Shared;
        numbers = new float[BundleVocabulary.Reserved * format.Dimension];
        firstOrder = new float[BundleVocabulary.Reserved];
        Set(BundleVocabulary.Unknown, reserved.Unknown);
        Set(BundleVocabulary.Missing, reserved.Missing);
    }

    /// <summary>The vocabulary's name.</summary>
    public string Name { get; }

    /// <summary>The keys whose rows are to be given, none twice, in the order in which <see cref="Give"/> counts them.</summary>
    public ReadOnlySpan<ulong> Wanted => CollectionsMarshal.AsSpan(wanted);

    /// <summary>The bytes of memory it keeps, but for some.</summary>
    public long KeptBytes => ((long)numbers.Length * sizeof(float)) + (rowOf.Capacity * 32L);

    public int Dimension => format.Dimension;

    public int Rows => BundleVocabulary.Reserved + wanted.Count;

    public int UnknownRow => BundleVocabulary.Unknown;

    public int MissingRow => BundleVocabulary.Missing;

    /// <summary>Forgets all keys and rows but the reserved ones.</summary>
    public void Clear()
    {
        rowOf.Clear();
        wanted.Clear();
    }

    public ulong Want(ReadOnlySpan<byte> value)
    {
        ulong key = FeatureKey.Hash(value, hashSeed);
        if (rowOf.TryAdd(key, UnknownRow))
        {
            wanted.Add(key);
        }

        return key;
    }

    /// <summary>Makes room for the rows of all wanted keys.</summary>
    public void Prepare()
    {
        if (firstOrder.Length < Rows)
        {
            int rows = Math.Max(Rows, 2 * firstOrder.Length);
            Array.Resize(ref firstOrder, rows);
            Array.Resize(ref numbers, rows * Dimension);
        }
    }

    /// <summary>Gives a wanted key its row, after <see cref="Prepare"/>.</summary>
    /// <param name="place">The key's place in <see cref="Wanted"/>.</param>
    /// <param name="packed">The row, not trusted.</param>
    /// <exception cref="FormatException">It is no row of the model.</exception>
    public void Give(int place, ReadOnlySpan<byte> packed)
    {
        int row = BundleVocabulary.Reserved + place;
        Set(row, packed);
        rowOf[wanted[place]] = row;
    }

    public void Find(ReadOnlySpan<ulong> keys, Span<int> rows)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            rows[i] = rowOf.GetValueOrDefault(keys[i], UnknownRow);
        }
    }

    public void Read(int row, Span<float> destination) => RowAt(row).CopyTo(destination);

    public void Read(ReadOnlySpan<int> rows, Span<float> destination, int stride)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            RowAt(rows[i]).CopyTo(destination[(i * stride)..]);
        }
    }

    public float FirstOrderOf(int row) => firstOrder[row];

    private Span<float> RowAt(int row) => numbers.AsSpan(row * Dimension, Dimension);

    private void Set(int row, ReadOnlySpan<byte> packed)
    {
        if (!format.TryRead(packed, shared, RowAt(row), out firstOrder[row]))
        {
            throw new FormatException($"{packed.Length} bytes are no row of the model");
        }
    }
}
