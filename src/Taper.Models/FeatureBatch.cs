using Taper.Embeddings.Features;
using Taper.Models.Scoring;

namespace Taper.Models;

/// <summary>
/// Raw rows to be scored, made by <see cref="Scorer.CreateBatch"/>. Values are looked up as they are set; the batch is
/// used again after <see cref="Clear"/>. Not thread-safe: one batch for each thread.
/// </summary>
public sealed class FeatureBatch
{
    private readonly FieldColumns columns;

    internal FeatureBatch(Bundle bundle) => columns = new FieldColumns(bundle.Fields, bundle.TableOf);

    /// <summary>The fields, in the order of the field numbers.</summary>
    public IReadOnlyList<FeatureField> Fields => columns.Fields;

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all rows and keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        columns.Clear();
    }

    /// <summary>Adds a row; every field is missing until it is set.</summary>
    public void AddRow() => Count++;

    /// <summary>Adds a row with the values of all fields, in their order; null and empty are missing.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than fields.</exception>
    public void AddRow(params ReadOnlySpan<string?> values)
    {
        if (values.Length != Fields.Count)
        {
            throw new ArgumentException($"There are {Fields.Count} fields, but {values.Length} values.", nameof(values));
        }

        AddRow();
        for (int field = 0; field < values.Length; field++)
        {
            Set(field, values[field]);
        }
    }

    /// <summary>Sets a field of the newest row.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="utf8">The raw text; empty is missing. Lists are split at the field's separator, numbers parsed.</param>
    /// <exception cref="ScoringException">A number is beyond the range of a 32-bit float.</exception>
    public void Set(int field, ReadOnlySpan<byte> utf8)
    {
        if (!ColumnToSet(field).TrySet(utf8))
        {
            throw columns.TooLarge($"Row {Count} of the batch", field, utf8);
        }
    }

    /// <summary>Sets a field of the newest row.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="text">The raw text; null and empty are missing.</param>
    public void Set(int field, string? text) =>
        Set(field, Utf8Text.Encode(text, stackalloc byte[Utf8Text.StackBytes]));

    /// <summary>Sets a field with embeddings of the newest row by rows of its <see cref="CompactTable"/>.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="rows">Table rows: one, or those of a list; none is missing.</param>
    public void SetRows(int field, ReadOnlySpan<int> rows)
    {
        if (ColumnToSet(field) is not EmbeddedColumn column || (Fields[field].Kind != FieldKind.MultiValued && rows.Length > 1))
        {
            throw new ArgumentException($"The field '{Fields[field].Name}' does not take {rows.Length} rows.", nameof(field));
        }

        column.SetRows(rows);
    }

    /// <summary>Sets a numeric field of the newest row to a number that is standardised already.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="standardised">(x - mean) / standard deviation of training.</param>
    public void SetNumber(int field, float standardised)
    {
        if (ColumnToSet(field) is not NumericColumn column)
        {
            throw new ArgumentException($"The field '{Fields[field].Name}' is not numeric.", nameof(field));
        }

        column.SetStandardised(standardised);
    }

    /// <summary>Values of a field, in the rows of the batch, that are not in its vocabulary; 0 for a numeric field.</summary>
    public int UnknownCount(int field) => ColumnOf(field) is EmbeddedColumn column ? column.UnknownCount : 0;

    /// <summary>Values of a field in the rows of the batch, a missing one counted as one; 0 for a numeric field.</summary>
    public int ValueCount(int field) => ColumnOf(field) is EmbeddedColumn column ? column.ValueCount : 0;

    /// <summary>The values of all fields, those that are not set missing.</summary>
    internal ReadOnlySpan<FieldColumn> Columns()
    {
        columns.StartRows(Count);
        return columns.All;
    }

    private FieldColumn ColumnOf(int field)
    {
        FieldColumn column = columns[field];
        column.StartRows(Count);
        return column;
    }

    private FieldColumn ColumnToSet(int field)
    {
        if (Count == 0)
        {
            throw new InvalidOperationException($"Call {nameof(AddRow)} before setting a field.");
        }

        return ColumnOf(field);
    }
}
