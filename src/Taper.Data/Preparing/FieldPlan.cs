using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>One field on its way into the dataset: how its column is read and where it goes.</summary>
/// <param name="Config">What the configuration says.</param>
/// <param name="File">What its files' names start with.</param>
internal sealed record FieldPlan(FieldConfig Config, string File)
{
    private string Column => Sql.Name(Config.SourceColumn);

    /// <summary>The number the column holds, or NULL.</summary>
    public string Number => Sql.Number(Column);

    /// <summary>
    /// A SELECT of __row, __split, value (NULL when missing) and place: one row per example, or one per value of a
    /// multi-valued field, and at least one.
    /// </summary>
    public string Values => Config.Kind switch
    {
        FieldKind.MultiValued =>
            $"SELECT __row, __split, unnest(parts) AS value, generate_subscripts(parts, 1) AS place FROM (SELECT __row, __split, "
            + $"CASE WHEN len(parts) > 0 THEN parts ELSE [NULL] END AS parts FROM (SELECT __row, __split, {Parts} AS parts FROM {RawRows.View}))",
        FieldKind.Bucketed => $"SELECT __row, __split, {Sql.LogBucketOf("number")} AS value, 1 AS place FROM (SELECT __row, __split, {Number} AS number FROM {RawRows.View})",
        _ => $"SELECT __row, __split, nullif({Column}, '') AS value, 1 AS place FROM {RawRows.View}",
    };

    private string Parts => $"list_filter(string_split({Column}, {Sql.Text(Config.Separator)}), lambda part: part <> '')";

    /// <summary>Gives every field a file name: its own where that is safe on every file system, else its number.</summary>
    public static IReadOnlyList<FieldPlan> Of(IReadOnlyList<FieldConfig> fields)
    {
        IReadOnlyList<string> files = FileNames.For([.. fields.Select(field => field.Name)], "field");
        return [.. fields.Zip(files, (field, file) => new FieldPlan(field, file))];
    }
}
