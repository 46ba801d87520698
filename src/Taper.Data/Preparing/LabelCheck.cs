using System.Globalization;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Counts labels, and checks that each is 0 or 1.</summary>
internal sealed class LabelCheck(DataConfig config, RawRows rows, Database database)
{
    /// <summary>The rows of each split and label.</summary>
    /// <param name="labelColumns">The columns the label uses, shown in messages.</param>
    /// <exception cref="DataException">A label is neither 0 nor 1.</exception>
    public SplitCounts Run(IReadOnlyList<string> labelColumns)
    {
        SplitCounts counts = SplitCounts.None;
        foreach (IReadOnlyList<string?> row in database.Rows($"SELECT split, label, count(*) FROM {RawRows.Labels} GROUP BY ALL", "data.label"))
        {
            if (row[1] is null)
            {
                throw BadLabel(labelColumns);
            }

            counts = counts.With(Number(row[0]), row[1] == "1", Number(row[2]));
        }

        return counts;
    }

    private DataException BadLabel(IReadOnlyList<string> columns)
    {
        long row = database.Number($"SELECT min(rowid) FROM {RawRows.Labels} WHERE label IS NULL", "data.label");
        string shown = "";
        if (columns.Count > 0)
        {
            string names = string.Join(", ", columns.Select(Sql.Name));
            IReadOnlyList<string?> values = database.Rows($"SELECT {names} FROM {RawRows.Table} WHERE rowid = {row}", "data.label")[0];
            shown = $" ({string.Join(", ", columns.Zip(values, (column, value) => value is null ? $"{column} is missing" : $"{column} = {value}"))})";
        }

        return new DataException($"{rows.Locate(row)}: the label, {config.Label}, is not 0 or 1{shown}; mend the row or data.label.");
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
