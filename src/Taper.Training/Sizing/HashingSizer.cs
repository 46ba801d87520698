using Taper.Models;

namespace Taper.Training.Sizing;

/// <summary>
/// The hashing trick (Weinberger et al., ICML 2009): the values of a large vocabulary share ⌊ρ n⌋ rows by a hash, one row
/// each. Which value has which row is told by the hash of its number in the vocabulary, so that ranks do not matter.
/// </summary>
public sealed class HashingSizer : SharedRowsSizer
{
    /// <summary>Rows that meet the config's budget.</summary>
    /// <exception cref="Configuration.ConfigException">There is no budget, or it cannot be met.</exception>
    public HashingSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        long?[] buckets = Remainders(config, config.Hashing.Threshold, n => 1.0 / n, (_, m) => m);
        int[] first = new int[groups.TableRows];
        int value = 0, stored = 0;
        foreach ((int v, long rows) in groups.RowsOfVocabularies().Index())
        {
            for (int id = 0; id < rows; id++)
            {
                first[value++] = stored + (buckets[v] is long m ? (int)(Hash(v, id) % (ulong)m) : id);
            }

            stored += (int)(buckets[v] ?? rows);
        }

        Sharing = new FixedRowSharing(first, RowSharing.NoSecond(first.Length), RowCombination.Sum) { StoredRows = stored };
    }

    internal override RowSharing Sharing { get; }
}
