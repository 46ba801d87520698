using System.Globalization;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>The columns of all fields of a bundle, by field number.</summary>
internal sealed class FieldColumns
{
    private readonly FieldColumn[] columns;

    /// <param name="fields">Of the model.</param>
    /// <param name="tableOf">The embeddings of a field that has some.</param>
    public FieldColumns(IReadOnlyList<FeatureField> fields, Func<FeatureField, IRowTable> tableOf)
    {
        Fields = fields;
        columns = new FieldColumn[Fields.Count];
        int embedded = 0;
        int numeric = 0;
        foreach ((int number, FeatureField field) in Fields.Index())
        {
            columns[number] = field.Kind switch
            {
                FieldKind.Numeric => new NumericColumn(field, numeric++),
                FieldKind.MultiValued => new ListColumn(field, tableOf(field), embedded++),
                _ => new ValueColumn(field, tableOf(field), embedded++),
            };
        }
    }

    public IReadOnlyList<FeatureField> Fields { get; }

    public ReadOnlySpan<FieldColumn> All => columns;

    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    public FieldColumn this[int field] => (uint)field < (uint)columns.Length
        ? columns[field]
        : throw new ArgumentOutOfRangeException(nameof(field), field, $"The fields of the model are 0 to {columns.Length - 1}.");

    public void Clear()
    {
        foreach (FieldColumn column in columns)
        {
            column.Clear();
        }
    }

    /// <summary>Starts rows of all fields until there are so many.</summary>
    public void StartRows(int count)
    {
        foreach (FieldColumn column in columns)
        {
            column.StartRows(count);
        }
    }

    /// <summary>What to tell of a text that <see cref="FieldColumn.TrySet"/> refused.</summary>
    /// <param name="where">The row, at the beginning of a sentence.</param>
    /// <param name="field">The field's number.</param>
    /// <param name="text">The refused number.</param>
    public ScoringException TooLarge(string where, int field, ReadOnlySpan<byte> text)
    {
        double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return new ScoringException($"{where}: {number:R} is too large for the numeric field '{Fields[field].Name}'; correct it or leave it empty.");
    }
}
