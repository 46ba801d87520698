using System.Runtime.InteropServices;
using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// HotSketch (Zhang et al., SIGMOD 2024): importances of the most important values in buckets of a few slots. A value that
/// is not in its bucket takes an empty slot, or the least important one with its importance (SpaceSaving, Metwally et al.
/// 2005), unless that holds a hot value. The most important values are hot and own a row each.
/// </summary>
/// <remarks>Its slots are buffers of a module, so that checkpoints hold them.</remarks>
internal sealed class HotSketch : nn.Module
{
    /// <summary>Slots of a bucket.</summary>
    public const int Slots = 4;

    private const long None = -1;
    private readonly Tensor _values;
    private readonly Tensor _scores;
    private readonly Tensor _rows;

    /// <param name="hotRows">Number of rows for hot values, and of buckets.</param>
    public HotSketch(int hotRows)
        : base(nameof(HotSketch))
    {
        HotRows = hotRows;
        _values = full([hotRows, Slots], None, ScalarType.Int64).DetachFromDisposeScope();
        _scores = zeros(hotRows, Slots).DetachFromDisposeScope();
        _rows = full([hotRows, Slots], None, ScalarType.Int64).DetachFromDisposeScope();
        register_buffer("values", _values);
        register_buffer("scores", _scores);
        register_buffer("rows", _rows);
    }

    /// <summary>Number of rows for hot values.</summary>
    public int HotRows { get; }

    private Span<long> Values => MemoryMarshal.Cast<byte, long>(_values.bytes);

    private Span<long> Rows => MemoryMarshal.Cast<byte, long>(_rows.bytes);

    /// <summary>The row of a hot value, from 0; −1 for others.</summary>
    public int RowOf(int value, ulong hash)
    {
        int slot = HotRows == 0 ? -1 : Find(value, BucketOf(hash));
        return slot < 0 ? -1 : (int)Rows[slot];
    }

    /// <summary>Adds to a value's importance.</summary>
    public void Add(int value, ulong hash, float importance)
    {
        if (HotRows == 0)
        {
            return;
        }

        int bucket = BucketOf(hash);
        Span<float> scores = _scores.Floats();
        int slot = Find(value, bucket);
        if (slot < 0)
        {
            slot = Find((int)None, bucket);
        }

        if (slot < 0)
        {
            slot = bucket * Slots;
            for (int other = slot + 1; other < (bucket + 1) * Slots; other++)
            {
                slot = scores[other] < scores[slot] ? other : slot;
            }

            if (Rows[slot] != None)
            {
                return;
            }
        }

        Values[slot] = value;
        scores[slot] += importance;
    }

    /// <summary>Makes the most important values hot, as many as there are rows, and lets all importances decay.</summary>
    /// <returns>Values that have become hot, with their rows; others may have had them.</returns>
    public List<(int Value, int Row)> Migrate(double decay)
    {
        float[] scores = _scores.Floats().ToArray();
        long[] values = Values.ToArray(), rows = Rows.ToArray();
        int[] ranked = [.. Enumerable.Range(0, scores.Length).Where(slot => values[slot] != None).OrderByDescending(slot => scores[slot])];
        foreach (int slot in ranked.Skip(HotRows))
        {
            Rows[slot] = None;
        }

        Queue<int> free = new(Enumerable.Range(0, HotRows).Except(ranked.Take(HotRows).Select(slot => (int)rows[slot])));
        List<(int, int)> promoted = [];
        foreach (int slot in ranked.Take(HotRows).Where(slot => rows[slot] == None))
        {
            int row = free.Dequeue();
            Rows[slot] = row;
            promoted.Add(((int)values[slot], row));
        }

        foreach (ref float score in _scores.Floats())
        {
            score *= (float)decay;
        }

        return promoted;
    }

    private int BucketOf(ulong hash) => (int)(hash % (ulong)HotRows);

    private int Find(int value, int bucket)
    {
        int place = Values.Slice(bucket * Slots, Slots).IndexOf(value);
        return place < 0 ? -1 : (bucket * Slots) + place;
    }
}
