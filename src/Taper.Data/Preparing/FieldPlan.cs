using System.Globalization;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>One field on its way into the dataset: how its column is read and where it goes.</summary>
/// <param name="Config">What the configuration says.</param>
/// <param name="Number">Its number.</param>
/// <param name="File">What its files' names start with.</param>
internal sealed record FieldPlan(FieldConfig Config, int Number, string File)
{
    /// <summary>Its column of <see cref="RawRows.Table"/>: codes, lists of codes (multi-valued) or numbers (numeric).</summary>
    public string Column => string.Create(CultureInfo.InvariantCulture, $"__field{Number}");

    /// <summary>The function of SQL that tells the code of one of its values.</summary>
    public string CodeFunction => string.Create(CultureInfo.InvariantCulture, $"taper_code{Number}");

    /// <summary>What that column holds, as SQL over the texts that are read.</summary>
    public string Encoded => Config.Kind switch
    {
        FieldKind.Numeric => Sql.Number(Text),
        FieldKind.Bucketed => $"{CodeFunction}({Sql.LogBucketOf(Sql.Number(Text))})",
        FieldKind.MultiValued =>
            $"list_transform(list_filter(string_split({Text}, {Sql.Text(Config.Separator)}), lambda part: part <> ''), lambda part: {CodeFunction}(part))",
        _ => $"{CodeFunction}({Text})",
    };

    /// <summary>Refuses a field of numbers whose training split has none.</summary>
    public DataException HoldsNoNumber() => new(
        $"field {Config.Name}: the column {Config.SourceColumn} holds no number in the training split; make the field categorical or name another column.");

    private string Text => Sql.Name(Config.SourceColumn);

    /// <summary>Gives every field a file name: its own where that is safe on every file system, else its number.</summary>
    public static IReadOnlyList<FieldPlan> Of(IReadOnlyList<FieldConfig> fields)
    {
        IReadOnlyList<string> files = FileNames.For([.. fields.Select(field => field.Name)], "field");
        return [.. fields.Select((field, number) => new FieldPlan(field, number, files[number]))];
    }
}
