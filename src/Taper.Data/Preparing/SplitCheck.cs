using System.Globalization;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Checks that every label is 0 or 1 and that every split can be used.</summary>
internal sealed class SplitCheck(DataConfig config, RawRows rows, Database database)
{
    /// <summary>The splits there are.</summary>
    /// <param name="labelColumns">The columns the label uses, shown in messages.</param>
    /// <exception cref="DataException">A label is neither 0 nor 1, or a split has no rows, positives or negatives.</exception>
    public IReadOnlyList<SplitSummary> Run(IReadOnlyList<string> labelColumns)
    {
        Dictionary<(string Split, string Label), long> counts = [];
        foreach (IReadOnlyList<string?> row in database.Rows($"SELECT split, label, count(*) FROM {RawRows.Labels} GROUP BY ALL", "data.label"))
        {
            if (row[1] is null)
            {
                throw BadLabel(labelColumns);
            }

            counts[(SplitNames.All[int.Parse(row[0]!, CultureInfo.InvariantCulture)], row[1]!)] = long.Parse(row[2]!, CultureInfo.InvariantCulture);
        }

        return [.. Expected().Select(split => Checked(split, counts.GetValueOrDefault((split, "0")), counts.GetValueOrDefault((split, "1"))))];
    }

    private IEnumerable<string> Expected()
    {
        (bool validation, bool test) = config.Split switch
        {
            { Files: { } files } => (files.Validation is not null, files.Test is not null),
            { Hash: { } hash } => (hash.Validation > 0, hash.Test > 0),
            { Time: { } time } => (time.Validation > 0, time.Test > 0 || time.TestFrom is not null),
            _ => (false, false),
        };
        return SplitNames.All.Where(split => split == SplitNames.Train || (split == SplitNames.Validation ? validation : test));
    }

    private SplitSummary Checked(string split, long negatives, long positives)
    {
        string from = config.Split.Files is null ? "change data.split" : "mend the split's source";
        if (negatives + positives == 0)
        {
            throw new DataException($"the {split} split has no rows; {from}.");
        }

        if (positives == 0 || negatives == 0)
        {
            string what = positives == 0 ? "positives" : "negatives";
            string label = positives == 0 ? "1" : "0";
            throw new DataException($"the {split} split ({negatives + positives} rows) has no {what}: its label, {config.Label}, is never {label}; mend the label, or {from}.");
        }

        return negatives + positives <= int.MaxValue
            ? new SplitSummary(split, (int)(negatives + positives), (int)positives)
            : throw new DataException($"the {split} split has more than {int.MaxValue} rows; prepare a part of the data.");
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
}
