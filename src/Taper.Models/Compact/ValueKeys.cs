using Taper.Embeddings.Features;

namespace Taper.Models.Compact;

/// <summary>The 64-bit keys of a vocabulary's values, and the hash table that finds them.</summary>
/// <param name="Keys">One for each row; 0 for the reserved rows, which are not found by a key.</param>
/// <param name="Slots">See <see cref="KeyIndex"/>.</param>
/// <param name="Seed">The seed they were hashed with.</param>
internal sealed record ValueKeys(ulong[] Keys, uint[] Slots, long Seed)
{
    private const int MostSeeds = 64;

    /// <summary>Hashes the values, streamed, with the first seed that gives no two of them one key.</summary>
    /// <exception cref="ArgumentException">A value appears twice, or the stream does not hold what it should.</exception>
    public static ValueKeys Of(BundleVocabulary vocabulary, RowOrder order) => Of(vocabulary, order, FeatureKey.Hash);

    /// <summary>As above with a hash of the caller's, so that tests can make keys collide.</summary>
    public static ValueKeys Of(BundleVocabulary vocabulary, RowOrder order, Func<ReadOnlySpan<byte>, long, ulong> hash)
    {
        ulong[] keys = new ulong[order.Ids.Count];
        int[] reserved = [order.RowOf(BundleVocabulary.Unknown), order.RowOf(BundleVocabulary.Missing)];
        for (long seed = 0; seed < MostSeeds; seed++)
        {
            Fill(keys, vocabulary, order, text => hash(text, seed));
            if (KeyIndex.TryBuild(keys, out uint[] slots, reserved))
            {
                return new ValueKeys(keys, slots, seed);
            }
        }

        throw new ArgumentException($"The vocabulary '{vocabulary.Name}' holds a value twice.", nameof(vocabulary));
    }

    /// <summary>Rows of one size are in the order of their ids: as ids come in order, a size's next row is the next one's.</summary>
    private static void Fill(ulong[] keys, BundleVocabulary vocabulary, RowOrder order, Func<ReadOnlySpan<byte>, ulong> hash)
    {
        RowOrder.Cursor rows = order.Rows();
        int next = 0;
        vocabulary.Values.Visit((id, utf8) =>
        {
            if (id != next++ || id >= keys.Length)
            {
                throw new ArgumentException($"The values of the vocabulary '{vocabulary.Name}' do not come in the order of their ids.");
            }

            keys[rows.Next(vocabulary.Sizes[id])] = id < BundleVocabulary.Reserved ? 0 : hash(utf8);
        });
        if (next != keys.Length)
        {
            throw new ArgumentException($"The vocabulary '{vocabulary.Name}' handed out {next} values of {keys.Length}.");
        }
    }
}
