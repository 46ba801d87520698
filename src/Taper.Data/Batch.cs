namespace Taper.Data;

/// <summary>
/// Some examples, ready for the model. Lent by <see cref="BatchReader"/>, which fills the same batch again: valid until
/// the next one is read.
/// </summary>
public sealed class Batch
{
    private readonly float[] labels;
    private readonly float[] numeric;
    private readonly int[][] rows;
    private readonly int[][] offsets;

    internal Batch(int size, IReadOnlyList<bool> multiValued, int numericCount)
    {
        NumericCount = numericCount;
        labels = new float[size];
        numeric = new float[size * numericCount];
        rows = [.. multiValued.Select(_ => new int[size])];
        offsets = [.. multiValued.Select(many => many ? new int[size + 1] : [])];
    }

    /// <summary>The number of examples; the last batch of an epoch may have fewer than the others.</summary>
    public int Count { get; internal set; }

    /// <summary>Each example's label, 0 or 1; Count entries.</summary>
    public ReadOnlySpan<float> Labels => labels.AsSpan(0, Count);

    /// <summary>The number of numeric fields.</summary>
    public int NumericCount { get; }

    /// <summary>The numeric fields, standardised: Count × <see cref="NumericCount"/>, example after example.</summary>
    public ReadOnlySpan<float> Numeric => numeric.AsSpan(0, Count * NumericCount);

    /// <summary>
    /// The table rows of an embedded field: one per example, or for a multi-valued field those of all examples back to
    /// back.
    /// </summary>
    /// <param name="embeddedField">The field's place among those of <see cref="Dataset.Fields"/> that have an embedding.</param>
    public ReadOnlySpan<int> Rows(int embeddedField) =>
        rows[embeddedField].AsSpan(0, offsets[embeddedField].Length == 0 ? Count : offsets[embeddedField][Count]);

    /// <summary>
    /// For a multi-valued field Count + 1 entries: example i owns Rows[Offsets[i]..Offsets[i + 1]], at least one. Else
    /// empty.
    /// </summary>
    /// <param name="embeddedField">See <see cref="Rows"/>.</param>
    public ReadOnlySpan<int> Offsets(int embeddedField) =>
        offsets[embeddedField].Length == 0 ? default : offsets[embeddedField].AsSpan(0, Count + 1);

    internal Span<float> LabelBuffer => labels;

    internal Span<float> NumericBuffer => numeric;

    internal Span<int> RowBuffer(int embeddedField) => rows[embeddedField];

    internal Span<int> OffsetBuffer(int embeddedField) => offsets[embeddedField];

    /// <summary>Makes room for a multi-valued field's rows.</summary>
    internal Span<int> RowBuffer(int embeddedField, int needed)
    {
        if (rows[embeddedField].Length < needed)
        {
            rows[embeddedField] = new int[Math.Max(needed, 2 * rows[embeddedField].Length)];
        }

        return rows[embeddedField];
    }
}
