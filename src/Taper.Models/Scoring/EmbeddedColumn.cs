using System.Numerics.Tensors;

namespace Taper.Models.Scoring;

/// <summary>
/// A field with embeddings, encoded as training data is. Values are kept as keys and found when they are needed: many
/// at once is much faster.
/// </summary>
/// <param name="table">Its embeddings.</param>
/// <param name="place">Its place among the fields with embeddings.</param>
internal abstract class EmbeddedColumn(IRowTable table, int place) : FieldColumn
{
    /// <summary>Values since the last <see cref="FieldColumn.Clear"/> that are not in the vocabulary.</summary>
    public int UnknownCount => FoundRows().Count(Table.UnknownRow);

    /// <summary>Values since the last <see cref="FieldColumn.Clear"/>, a missing one counted as one.</summary>
    public int ValueCount => FoundRows().Length;

    protected IRowTable Table => table;

    /// <summary>Sets the newest row's values by their rows in the compact table; none is missing.</summary>
    public void SetRows(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)table.Rows, nameof(rows));
        }

        Replace(rows.IsEmpty ? [table.MissingRow] : rows);
    }

    public override void Feed(NetworkFeed feed, int first)
    {
        FoundRows();
        Span<float> embeddings = feed.Embeddings[(place * table.Dimension)..];
        if (Count > 1)
        {
            Gather(first, feed.Rows, embeddings, feed.EmbeddingsWidth);
            AddFirstOrder(first, feed.FirstOrder);
            return;
        }

        Gather(0, 1, embeddings, feed.EmbeddingsWidth);
        Repeat(feed.Rows, embeddings, feed.EmbeddingsWidth);
        TensorPrimitives.Add(feed.FirstOrder, FirstOrder(0), feed.FirstOrder);
    }

    /// <summary>The table rows of all values, those that were set since the last time found now.</summary>
    protected abstract ReadOnlySpan<int> FoundRows();

    /// <summary>Sets the newest row to table rows, one at least.</summary>
    protected abstract void Replace(ReadOnlySpan<int> rows);

    /// <summary>Writes the pooled embeddings of rows that are found, D floats each, the i-th at i · stride.</summary>
    protected abstract void Gather(int first, int count, Span<float> embeddings, int stride);

    /// <summary>The pooled first-order weight of a row that is found; 0 where the network has none.</summary>
    protected abstract float FirstOrder(int row);

    private void AddFirstOrder(int first, Span<float> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += FirstOrder(first + i);
        }
    }

    private void Repeat(int count, Span<float> embeddings, int stride)
    {
        ReadOnlySpan<float> one = embeddings[..table.Dimension];
        for (int i = 1; i < count; i++)
        {
            one.CopyTo(embeddings[(i * stride)..]);
        }
    }
}
