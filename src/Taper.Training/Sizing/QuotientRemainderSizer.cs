namespace Taper.Training.Sizing;

/// <summary>
/// Compositional embeddings by quotient and remainder (Shi et al., KDD 2020): value i of a large vocabulary is made of row
/// i mod m of one table and row ⌊i / m⌋ of another, multiplied or added. No two values have both rows in common.
/// </summary>
public sealed class QuotientRemainderSizer : SharedRowsSizer
{
    /// <summary>Rows that meet the config's budget.</summary>
    /// <exception cref="Configuration.ConfigException">There is no budget, or it cannot be met.</exception>
    public QuotientRemainderSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        QuotientRemainderConfig keys = config.QuotientRemainder;
        long?[] remainders = Remainders(config, keys.Threshold, n => 1 / Math.Sqrt(n), (n, m) => m + Quotients(n, m));
        int[] first = new int[groups.TableRows], second = new int[groups.TableRows];
        int value = 0, stored = 0;
        foreach ((int v, long rows) in groups.RowsOfVocabularies().Index())
        {
            int m = (int)(remainders[v] ?? rows);
            for (int id = 0; id < rows; id++, value++)
            {
                first[value] = stored + (id % m);
                second[value] = remainders[v] is null ? -1 : stored + m + (id / m);
            }

            stored += remainders[v] is null ? m : m + (int)Quotients(rows, m);
        }

        Sharing = new FixedRowSharing(first, second, keys.Operation) { StoredRows = stored };
    }

    internal override RowSharing Sharing { get; }

    private static long Quotients(long values, long remainders) => (values + remainders - 1) / remainders;
}
