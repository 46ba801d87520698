namespace Taper.Data.Preparing;

/// <summary>One vocabulary on its way into the dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Its table in the scratch database: value and count; a value's id is its rowid + 2.</param>
/// <param name="File">Its Parquet file, within the dataset folder.</param>
/// <param name="Fields">The fields that share it.</param>
internal sealed record VocabularyPlan(string Name, string Table, string File, IReadOnlyList<FieldPlan> Fields)
{
    /// <summary>Training occurrences of unknown values, summed while the fields are encoded.</summary>
    public long Unknown { get; set; }

    /// <summary>Training examples without a value, summed while the fields are encoded.</summary>
    public long Missing { get; set; }

    /// <summary>The plans for all embedded fields, in the order in which vocabularies first appear.</summary>
    public static IReadOnlyList<VocabularyPlan> Of(IReadOnlyList<FieldPlan> fields)
    {
        IGrouping<string, FieldPlan>[] groups =
            [.. fields.Where(field => field.Config.Kind != Embeddings.Features.FieldKind.Numeric)
                .GroupBy(field => field.Config.VocabularyName, StringComparer.Ordinal)];
        IReadOnlyList<string> files = FileNames.For([.. groups.Select(group => group.Key)], "vocabulary");
        return [.. groups.Select((group, number) =>
            new VocabularyPlan(group.Key, $"taper.v{number}", $"vocabularies/{files[number]}.parquet", [.. group]))];
    }
}
