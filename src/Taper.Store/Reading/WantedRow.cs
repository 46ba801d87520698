namespace Taper.Store.Reading;

/// <summary>A row that is to be read from the store.</summary>
/// <param name="Vocabulary">The vocabulary's place in the manifest.</param>
/// <param name="Bucket">The bucket that holds it.</param>
/// <param name="Place">Its place among the keys that its batch wants.</param>
/// <param name="Key">Its key.</param>
internal readonly record struct WantedRow(int Vocabulary, long Bucket, int Place, ulong Key) : IComparable<WantedRow>
{
    /// <summary>By vocabulary and bucket.</summary>
    public int CompareTo(WantedRow other) => (Vocabulary, Bucket, Place).CompareTo((other.Vocabulary, other.Bucket, other.Place));

    /// <summary>Where the rows of each bucket begin, and how many there are.</summary>
    /// <param name="sorted">The rows, sorted.</param>
    public static List<(int First, int Count)> ByBucket(List<WantedRow> sorted)
    {
        List<(int First, int Count)> buckets = [];
        for (int i = 0; i < sorted.Count; i++)
        {
            WantedRow row = sorted[i];
            if (i > 0 && (sorted[i - 1].Vocabulary, sorted[i - 1].Bucket) == (row.Vocabulary, row.Bucket))
            {
                buckets[^1] = (buckets[^1].First, buckets[^1].Count + 1);
            }
            else
            {
                buckets.Add((i, 1));
            }
        }

        return buckets;
    }
}
