namespace Taper.Data.Preparing;

/// <summary>One vocabulary on its way into the dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Its Parquet file, within the dataset folder.</param>
/// <param name="Fields">The fields that share it.</param>
internal sealed record VocabularyPlan(string Name, string File, IReadOnlyList<FieldPlan> Fields)
{
    /// <summary>The codes of the values of all its fields.</summary>
    public ValueCodes Codes { get; } = new(Name);

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
            new VocabularyPlan(group.Key, $"vocabularies/{files[number]}.parquet", [.. group]))];
    }
}
