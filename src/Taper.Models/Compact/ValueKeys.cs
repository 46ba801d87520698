using Taper.Embeddings.Features;

namespace Taper.Models.Compact;

/// <summary>The 64-bit keys of a vocabulary's values, in the order of the rows.</summary>
/// <param name="Keys">One for each row; 0 for the reserved rows, which are not found by a key.</param>
/// <param name="Seed">The seed they were hashed with.</param>
internal sealed record ValueKeys(ulong[] Keys, long Seed)
{
    private const int MostSeeds = 64;

    /// <summary>Hashes the values with the first seed that gives no two of them one key.</summary>
    /// <exception cref="ArgumentException">A value appears twice.</exception>
    public static ValueKeys Of(BundleVocabulary vocabulary, IReadOnlyList<int> ids) => Of(vocabulary, ids, FeatureKey.Hash);

    /// <summary>As above with a hash of the caller's, so that tests can make keys collide.</summary>
    public static ValueKeys Of(BundleVocabulary vocabulary, IReadOnlyList<int> ids, Func<string, long, ulong> hash)
    {
        ulong[] keys = new ulong[ids.Count];
        for (long seed = 0; seed < MostSeeds; seed++)
        {
            for (int row = 0; row < keys.Length; row++)
            {
                keys[row] = ids[row] < BundleVocabulary.Reserved ? 0 : hash(vocabulary.Values[ids[row]], seed);
            }

            if (AreDistinct(keys, ids))
            {
                return new ValueKeys(keys, seed);
            }
        }

        throw new ArgumentException($"The vocabulary '{vocabulary.Name}' holds a value twice.", nameof(vocabulary));
    }

    private static bool AreDistinct(ulong[] keys, IReadOnlyList<int> ids)
    {
        ulong[] sorted = [.. keys.Where((_, row) => ids[row] >= BundleVocabulary.Reserved)];
        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}
