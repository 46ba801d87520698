using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>Which columns are needed, and what for.</summary>
internal sealed class RawColumns
{
    private readonly List<(string Column, string Use)> needed = [];
    private readonly List<string> kept = [];
    private readonly IReadOnlyList<FieldPlan> fields;

    public RawColumns(DataConfig config, IReadOnlyList<FieldPlan> fields, IReadOnlyList<string> labelColumns)
    {
        this.fields = fields;
        foreach (FieldConfig field in config.Fields)
        {
            Need(field.SourceColumn, $"field {field.Name}");
        }

        foreach (string column in labelColumns)
        {
            Need(column, $"the label ({config.Label})");
            kept.Add(column);
        }

        foreach (string column in config.Split.Hash?.Columns ?? [])
        {
            Need(column, "data.split.hash");
        }

        if (config.Split.Time is { } time)
        {
            Need(time.Column, "data.split.time");
            kept.Add(time.Column);
        }
    }

    /// <summary>
    /// What is kept of a row, as SQL over the needed columns: the texts of label and time, and the encoded fields.
    /// </summary>
    public string Stored => string.Join(
        ", ",
        [
            .. kept.Distinct(StringComparer.OrdinalIgnoreCase).Select(Sql.Name),
            .. fields.Select(plan => $"{plan.Encoded} AS {plan.Column}"),
        ]);

    /// <summary>The needed columns, once each.</summary>
    /// <exception cref="DataException">One is not among those there are.</exception>
    public IReadOnlyList<string> Among(IReadOnlyList<string> available, Source source)
    {
        foreach ((string column, string use) in needed)
        {
            if (!available.Contains(column, StringComparer.OrdinalIgnoreCase))
            {
                throw new DataException(
                    $"{source.Title}: there is no column {column}, which {use} uses; the columns are {string.Join(", ", available)}.");
            }
        }

        return [.. needed.Select(need => need.Column)];
    }

    private void Need(string column, string use)
    {
        if (!needed.Any(need => Source.SameColumn(need.Column, column)))
        {
            needed.Add((column, use));
        }
    }
}
