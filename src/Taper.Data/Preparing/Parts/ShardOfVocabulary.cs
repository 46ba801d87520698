using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing.Parts;

/// <summary>
/// The values of one vocabulary whose keys fall to one shard, counted over all parts. Parts name values once, and ask for ids by
/// the order in which they did. Several threads may add at once; what follows comes one step after the other.
/// </summary>
/// <param name="name">The vocabulary's name.</param>
/// <param name="config">Which values it keeps.</param>
internal sealed class ShardOfVocabulary(string name, FieldConfig config)
{
    private const int IdsOfMessage = 1 << 18;
    private const int BytesOfRank = 40; // with its count and text again, and two ids

    private readonly Lock gate = new();
    private readonly ValueCodes codes = new(name);
    private readonly Dictionary<int, List<int>> codesOfParts = [];
    private long[] counts = [];
    private RankedValues? ranked;
    private ValueIds? ids;

    /// <summary>The shard that a value falls to. Not by the key's lower half, which finds values within a shard.</summary>
    public static int ShardOf(in DuckText value, int shards) => (int)((uint)(FeatureKey.Hash(value.Utf8) >> 32) % (uint)shards);

    /// <summary>Roughly what it takes in memory, its ranking included.</summary>
    public long Bytes { get; private set; }

    public void Add(int part, ReadOnlySpan<byte> values)
    {
        lock (gate)
        {
            if (!codesOfParts.TryGetValue(part, out List<int>? sent))
            {
                codesOfParts.Add(part, sent = []);
            }

            while (CountedValues.TryRead(ref values, out ReadOnlySpan<byte> utf8, out long count))
            {
                int known = codes.Count, code = codes.CodeOf(utf8);
                if (code >= counts.Length)
                {
                    Array.Resize(ref counts, (int)Math.Min(Array.MaxLength, Math.Max(code + 1024L, counts.Length * 2L)));
                }

                counts[code] += count;
                sent.Add(code);
                Bytes += sizeof(int) + (codes.Count > known ? ValueCodes.BytesOf(utf8.Length) + sizeof(long) + BytesOfRank : 0);
            }
        }
    }

    public int Rank()
    {
        lock (gate)
        {
            ranked = new RankedValues(codes, counts.AsSpan(0, codes.Count), config);
            ids = new ValueIds(codes.Count); // not those of the shard's own ranks
            return ranked.Size - Vocabulary.Reserved;
        }
    }

    public byte[] Ranked(int from)
    {
        RankedValues values = ranked!;
        CountedValues message = new();
        for (int id = from + Vocabulary.Reserved; id < values.Size && !message.IsFull; id++)
        {
            int code = values.CodeOf(id);
            message.Add(codes[code].Utf8, counts[code]);
        }

        return message.Take();
    }

    public void Number(int from, ReadOnlySpan<int> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            ids![ranked!.CodeOf(from + i + Vocabulary.Reserved)] = numbers[i];
        }
    }

    public int[] Ids(int part, int from) =>
        codesOfParts.TryGetValue(part, out List<int>? sent) ? [.. sent.Skip(from).Take(IdsOfMessage).Select(code => ids![code])] : [];
}
