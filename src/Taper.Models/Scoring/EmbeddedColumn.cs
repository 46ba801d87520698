using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>
/// A field with embeddings: for each row to score the table rows of its values, encoded as training
/// data is: an empty value, or a list of none, is a missing value; parts are not trimmed.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="table">Its embeddings.</param>
/// <param name="place">Its place among the fields with embeddings.</param>
internal sealed class EmbeddedColumn(FeatureField field, IRowTable table, int place) : FieldColumn
{
    private const int LongestNumber = 16;
    private readonly byte[] separator = Encoding.UTF8.GetBytes(field.Separator);
    private readonly List<int> tableRows = [];
    private readonly List<int> starts = [];
    private readonly List<ulong> wantedKeys = [];
    private readonly List<int> wantedPlaces = [];
    private int[] found = [];
    private bool newestIsSet;

    /// <summary>Values since the last <see cref="Clear"/> that are not in the vocabulary.</summary>
    public int UnknownCount
    {
        get
        {
            Find();
            int count = 0;
            foreach (int row in tableRows)
            {
                count += row == table.UnknownRow ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Values since the last <see cref="Clear"/>, a missing one counted as one.</summary>
    public int ValueCount => tableRows.Count;

    public override int Count => starts.Count;

    public override void Clear()
    {
        tableRows.Clear();
        starts.Clear();
        wantedKeys.Clear();
        wantedPlaces.Clear();
    }

    public override void StartRow()
    {
        starts.Add(tableRows.Count);
        tableRows.Add(table.MissingRow);
        newestIsSet = false;
    }

    public override bool TrySet(ReadOnlySpan<byte> text)
    {
        StartSetting();
        switch (field.Kind)
        {
            case FieldKind.MultiValued:
                SetList(text);
                break;
            case FieldKind.Bucketed:
                SetBucket(text);
                break;
            default:
                SetValue(text);
                break;
        }

        return true;
    }

    /// <summary>Sets the newest row's values by their rows in the compact table.</summary>
    public void SetRows(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)table.Rows, nameof(rows));
        }

        StartSetting();
        tableRows.RemoveRange(starts[^1], tableRows.Count - starts[^1]);
        tableRows.AddRange(rows.IsEmpty ? [table.MissingRow] : rows);
    }

    public override void Feed(NetworkFeed feed, int first)
    {
        Find();
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

    /// <summary>Writes the pooled embeddings of rows, D floats each, the i-th at i · stride.</summary>
    private void Gather(int first, int count, Span<float> embeddings, int stride)
    {
        if (tableRows.Count == starts.Count)
        {
            table.Read(CollectionsMarshal.AsSpan(tableRows).Slice(first, count), embeddings, stride);
            return;
        }

        Span<float> scratch = stackalloc float[table.Dimension];
        for (int i = 0; i < count; i++)
        {
            Gather(first + i, embeddings.Slice(i * stride, table.Dimension), scratch);
        }
    }

    private void Gather(int row, Span<float> embedding, Span<float> scratch)
    {
        ReadOnlySpan<int> values = ValuesOf(row);
        table.Read(values[0], embedding);
        if (values.Length == 1)
        {
            return;
        }

        foreach (int value in values[1..])
        {
            table.Read(value, scratch);
            TensorPrimitives.Add(embedding, scratch, embedding);
        }

        if (field.Pooling == Pooling.Mean)
        {
            TensorPrimitives.Multiply(embedding, 1f / values.Length, embedding);
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

    private void AddFirstOrder(int first, Span<float> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += FirstOrder(first + i);
        }
    }

    /// <summary>The pooled first-order weight of a row; 0 where the network has none.</summary>
    private float FirstOrder(int row)
    {
        ReadOnlySpan<int> values = ValuesOf(row);
        float sum = 0;
        foreach (int value in values)
        {
            sum += table.FirstOrderOf(value);
        }

        return field.Pooling == Pooling.Mean ? sum * (1f / values.Length) : sum;
    }

    private ReadOnlySpan<int> ValuesOf(int row)
    {
        int end = row + 1 < starts.Count ? starts[row + 1] : tableRows.Count;
        return CollectionsMarshal.AsSpan(tableRows)[starts[row]..end];
    }

    /// <summary>A row that is set once more must not be overtaken by what it was set to before.</summary>
    private void StartSetting()
    {
        if (newestIsSet)
        {
            Find();
        }

        newestIsSet = true;
    }

    /// <summary>The newest table row is that of a value; it is found with the others of the batch.</summary>
    private void Want(ReadOnlySpan<byte> value)
    {
        wantedKeys.Add(table.Want(value));
        wantedPlaces.Add(tableRows.Count - 1);
    }

    /// <summary>Finds the rows of all values that were set since the last time: many at once is much faster.</summary>
    private void Find()
    {
        if (wantedKeys.Count == 0)
        {
            return;
        }

        if (found.Length < wantedKeys.Count)
        {
            found = new int[wantedKeys.Capacity];
        }

        table.Find(CollectionsMarshal.AsSpan(wantedKeys), found);
        for (int i = 0; i < wantedPlaces.Count; i++)
        {
            tableRows[wantedPlaces[i]] = found[i];
        }

        wantedKeys.Clear();
        wantedPlaces.Clear();
    }

    private void SetValue(ReadOnlySpan<byte> text)
    {
        tableRows[^1] = table.MissingRow;
        if (!text.IsEmpty)
        {
            Want(text);
        }
    }

    private void SetList(ReadOnlySpan<byte> text)
    {
        int start = starts[^1];
        tableRows.RemoveRange(start, tableRows.Count - start);
        while (!text.IsEmpty)
        {
            int end = text.IndexOf(separator);
            ReadOnlySpan<byte> part = end < 0 ? text : text[..end];
            if (!part.IsEmpty)
            {
                tableRows.Add(table.UnknownRow);
                Want(part);
            }

            text = end < 0 ? [] : text[(end + separator.Length)..];
        }

        if (tableRows.Count == start)
        {
            tableRows.Add(table.MissingRow);
        }
    }

    private void SetBucket(ReadOnlySpan<byte> text)
    {
        tableRows[^1] = table.MissingRow;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !LogBucket.TryNumberOf(number, out int bucket))
        {
            return;
        }

        Span<byte> name = stackalloc byte[LongestNumber];
        bucket.TryFormat(name, out int length, default, CultureInfo.InvariantCulture);
        Want(name[..length]);
    }
}
