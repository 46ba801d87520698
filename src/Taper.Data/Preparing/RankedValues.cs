using System.Runtime.InteropServices;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>
/// The values that make a vocabulary, ranked: most frequent in training first, ties by the bytes of their UTF-8 text.
/// Depends on counts and texts alone, not on the order of the codes.
/// </summary>
internal sealed class RankedValues
{
    private const int ShareOfTop = 100;

    private readonly Candidate[] ranked;

    /// <param name="codes">The values.</param>
    /// <param name="counts">The training count of every code.</param>
    /// <param name="config">Which values to keep.</param>
    public RankedValues(ValueCodes codes, ReadOnlySpan<long> counts, FieldConfig config)
    {
        ranked = Kept(codes, counts, Math.Max(1, config.MinCount));
        Array.Sort(ranked);
        if (config.MaxVocabulary > 0 && ranked.Length > config.MaxVocabulary)
        {
            ranked = ranked[..config.MaxVocabulary];
        }

        Ids = new ValueIds(counts.Length);
        for (int rank = 0; rank < ranked.Length; rank++)
        {
            Ids[ranked[rank].Code] = rank + Vocabulary.Reserved;
        }
    }

    /// <summary>The vocabulary's size, unknown and missing among it.</summary>
    public int Size => ranked.Length + Vocabulary.Reserved;

    /// <summary>The share of training occurrences that the most frequent 1% of values (at least one) take.</summary>
    public double TopShare
    {
        get
        {
            long all = ranked.Sum(value => value.Count);
            long top = ranked.Take(Math.Max(1, ranked.Length / ShareOfTop)).Sum(value => value.Count);
            return all == 0 ? 0 : (double)top / all;
        }
    }

    /// <summary>The id of every code.</summary>
    public ValueIds Ids { get; }

    /// <summary>The code of an id, from 2 on.</summary>
    public int CodeOf(int id) => ranked[id - Vocabulary.Reserved].Code;

    private static Candidate[] Kept(ValueCodes codes, ReadOnlySpan<long> counts, long least)
    {
        int kept = 0;
        foreach (long count in counts)
        {
            kept += count >= least ? 1 : 0;
        }

        Candidate[] candidates = new Candidate[kept];
        kept = 0;
        for (int code = 0; code < counts.Length; code++)
        {
            if (counts[code] >= least)
            {
                candidates[kept++] = new Candidate(counts[code], codes[code], code);
            }
        }

        return candidates;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Candidate(long Count, DuckText Text, int Code) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other)
        {
            int order = other.Count.CompareTo(Count);
            return order != 0 ? order : Text.CompareTo(other.Text);
        }
    }
}
