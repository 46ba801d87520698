using System.Globalization;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>A categorical or bucketed field: one value a row. An empty value is a missing one.</summary>
/// <param name="field">The field.</param>
/// <param name="table">Its embeddings.</param>
/// <param name="place">Its place among the fields with embeddings.</param>
internal sealed class ValueColumn(FeatureField field, IRowTable table, int place) : EmbeddedColumn(table, place)
{
    private const ulong Missing = 0; // the key of the reserved rows: no value is found by it
    private const int LongestNumber = 16;
    private ulong[] keys = [];
    private int[] rows = [];
    private int found; // rows before this one have been found

    public override bool TrySet(ReadOnlySpan<byte> text)
    {
        found = Math.Min(found, Count - 1);
        keys[Count - 1] = field.Kind == FieldKind.Bucketed ? KeyOfBucket(text) : KeyOf(text);
        return true;
    }

    protected override void Forget() => found = 0;

    protected override void Start(int first, int end)
    {
        Grow(ref keys, end);
        Grow(ref rows, end);
        keys.AsSpan(first, end - first).Clear(); // missing
    }

    protected override void Replace(ReadOnlySpan<int> rows)
    {
        Find(Count - 1);
        this.rows[Count - 1] = rows[0];
        found = Count;
    }

    protected override ReadOnlySpan<int> FoundRows()
    {
        Find(Count);
        return rows.AsSpan(0, Count);
    }

    protected override void Gather(int first, int count, Span<float> embeddings, int stride) =>
        Table.Read(rows.AsSpan(first, count), embeddings, stride);

    protected override float FirstOrder(int row) => Table.FirstOrderOf(rows[row]);

    private void Find(int end)
    {
        if (found >= end)
        {
            return;
        }

        ReadOnlySpan<ulong> wanted = keys.AsSpan(found, end - found);
        Span<int> places = rows.AsSpan(found, end - found);
        Table.Find(wanted, places);
        for (int i = 0; i < wanted.Length; i++)
        {
            places[i] = wanted[i] == Missing ? Table.MissingRow : places[i];
        }

        found = end;
    }

    private ulong KeyOf(ReadOnlySpan<byte> text) => text.IsEmpty ? Missing : Table.Want(text);

    private ulong KeyOfBucket(ReadOnlySpan<byte> text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !LogBucket.TryNumberOf(number, out int bucket))
        {
            return Missing;
        }

        Span<byte> name = stackalloc byte[LongestNumber];
        bucket.TryFormat(name, out int length, default, CultureInfo.InvariantCulture);
        return KeyOf(name[..length]);
    }
}
