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
internal sealed class EmbeddedColumn(FeatureField field, CompactTable table) : FieldColumn
{
    private const int LongestNumber = 16;
    private readonly byte[] separator = Encoding.UTF8.GetBytes(field.Separator);
    private readonly List<int> tableRows = [];
    private readonly List<int> starts = [];

    /// <summary>Values since the last <see cref="Clear"/> that are not in the vocabulary.</summary>
    public int UnknownCount
    {
        get
        {
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

    public override void Clear()
    {
        tableRows.Clear();
        starts.Clear();
    }

    public override void StartRow()
    {
        starts.Add(tableRows.Count);
        tableRows.Add(table.MissingRow);
    }

    public override void Set(ReadOnlySpan<byte> text)
    {
        switch (field.Kind)
        {
            case FieldKind.MultiValued:
                SetList(text);
                break;
            case FieldKind.Bucketed:
                tableRows[^1] = BucketRow(text);
                break;
            default:
                tableRows[^1] = text.IsEmpty ? table.MissingRow : table.RowOf(text);
                break;
        }
    }

    /// <summary>Sets the newest row's values by their rows in the compact table.</summary>
    public void SetRows(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)table.Rows, nameof(rows));
        }

        tableRows.RemoveRange(starts[^1], tableRows.Count - starts[^1]);
        tableRows.AddRange(rows.IsEmpty ? [table.MissingRow] : rows);
    }

    /// <summary>Writes the pooled embeddings of rows, D floats each, the i-th at i · stride.</summary>
    public void Gather(int first, int count, Span<float> embeddings, int stride)
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

    /// <summary>The pooled first-order weight of a row.</summary>
    public float FirstOrder(int row)
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
                tableRows.Add(table.RowOf(part));
            }

            text = end < 0 ? [] : text[(end + separator.Length)..];
        }

        if (tableRows.Count == start)
        {
            tableRows.Add(table.MissingRow);
        }
    }

    private int BucketRow(ReadOnlySpan<byte> text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !LogBucket.TryNumberOf(number, out int bucket))
        {
            return table.MissingRow;
        }

        Span<byte> name = stackalloc byte[LongestNumber];
        bucket.TryFormat(name, out int length, default, CultureInfo.InvariantCulture);
        return table.RowOf(name[..length]);
    }
}
