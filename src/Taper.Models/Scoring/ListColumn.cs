using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>
/// A multi-valued field: the values of a row are pooled. A list of none is a missing value; parts are not trimmed.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="table">Its embeddings.</param>
/// <param name="place">Its place among the fields with embeddings.</param>
internal sealed class ListColumn(FeatureField field, IRowTable table, int place) : EmbeddedColumn(table, place)
{
    private readonly byte[] separator = Encoding.UTF8.GetBytes(field.Separator);
    private readonly List<int> tableRows = [];
    private readonly List<int> starts = [];
    private readonly List<ulong> wantedKeys = [];
    private readonly List<int> wantedPlaces = [];
    private int[] found = [];

    public override bool TrySet(ReadOnlySpan<byte> text)
    {
        int start = RemoveNewest();
        while (!text.IsEmpty)
        {
            int end = text.IndexOf(separator);
            ReadOnlySpan<byte> part = end < 0 ? text : text[..end];
            if (!part.IsEmpty)
            {
                wantedKeys.Add(Table.Want(part));
                wantedPlaces.Add(tableRows.Count);
                tableRows.Add(Table.UnknownRow);
            }

            text = end < 0 ? [] : text[(end + separator.Length)..];
        }

        if (tableRows.Count == start)
        {
            tableRows.Add(Table.MissingRow);
        }

        return true;
    }

    protected override void Forget()
    {
        tableRows.Clear();
        starts.Clear();
        wantedKeys.Clear();
        wantedPlaces.Clear();
    }

    protected override void Start(int first, int end)
    {
        for (int row = first; row < end; row++)
        {
            starts.Add(tableRows.Count);
            tableRows.Add(Table.MissingRow);
        }
    }

    protected override void Replace(ReadOnlySpan<int> rows)
    {
        RemoveNewest();
        tableRows.AddRange(rows);
    }

    protected override ReadOnlySpan<int> FoundRows()
    {
        if (wantedKeys.Count > 0)
        {
            Grow(ref found, wantedKeys.Count);
            Table.Find(CollectionsMarshal.AsSpan(wantedKeys), found);
            for (int i = 0; i < wantedPlaces.Count; i++)
            {
                tableRows[wantedPlaces[i]] = found[i];
            }

            wantedKeys.Clear();
            wantedPlaces.Clear();
        }

        return CollectionsMarshal.AsSpan(tableRows);
    }

    protected override void Gather(int first, int count, Span<float> embeddings, int stride)
    {
        Span<float> scratch = stackalloc float[Table.Dimension];
        for (int i = 0; i < count; i++)
        {
            Gather(first + i, embeddings.Slice(i * stride, Table.Dimension), scratch);
        }
    }

    protected override float FirstOrder(int row)
    {
        ReadOnlySpan<int> values = ValuesOf(row);
        float sum = 0;
        foreach (int value in values)
        {
            sum += Table.FirstOrderOf(value);
        }

        return field.Pooling == Pooling.Mean ? sum * (1f / values.Length) : sum;
    }

    private void Gather(int row, Span<float> embedding, Span<float> scratch)
    {
        ReadOnlySpan<int> values = ValuesOf(row);
        Table.Read(values[0], embedding);
        if (values.Length == 1)
        {
            return;
        }

        foreach (int value in values[1..])
        {
            Table.Read(value, scratch);
            TensorPrimitives.Add(embedding, scratch, embedding);
        }

        if (field.Pooling == Pooling.Mean)
        {
            TensorPrimitives.Multiply(embedding, 1f / values.Length, embedding);
        }
    }

    private ReadOnlySpan<int> ValuesOf(int row)
    {
        int end = row + 1 < starts.Count ? starts[row + 1] : tableRows.Count;
        return CollectionsMarshal.AsSpan(tableRows)[starts[row]..end];
    }

    /// <summary>Removes the newest row's values; what they were set to before must not overtake what they are set to now.</summary>
    private int RemoveNewest()
    {
        int start = starts[^1];
        while (wantedPlaces.Count > 0 && wantedPlaces[^1] >= start)
        {
            wantedPlaces.RemoveAt(wantedPlaces.Count - 1);
            wantedKeys.RemoveAt(wantedKeys.Count - 1);
        }

        tableRows.RemoveRange(start, tableRows.Count - start);
        return start;
    }
}
