namespace Taper.Data.Preparing;

/// <summary>Puts together what <c>dataset.json</c> says.</summary>
internal static class PreparedManifest
{
    /// <summary>The manifest of a dataset whose files are not listed yet.</summary>
    /// <param name="config">What was prepared.</param>
    /// <param name="splits">Its splits.</param>
    /// <param name="vocabularies">Its vocabularies.</param>
    /// <param name="outcomes">What became of each field.</param>
    /// <exception cref="DataException">The vocabularies have more values than a table can have rows.</exception>
    public static DatasetManifest Of(
        DataConfig config, IReadOnlyList<SplitSummary> splits, IReadOnlyList<VocabularyEntry> vocabularies, IReadOnlyList<FieldOutcome> outcomes)
    {
        RefuseTooMany(vocabularies);
        return new DatasetManifest
        {
            FormatVersion = DatasetManifest.CurrentVersion,
            Name = config.Name,
            Fields = [.. outcomes.Select(outcome => outcome.Field)],
            FieldFiles = [.. FieldPlan.Of(config.Fields).Select(field => field.File)],
            Vocabularies = vocabularies,
            Splits = splits,
            FieldSummaries = [.. outcomes.Select(outcome => outcome.Summary)],
            Config = Portable(config),
            Files = [],
        };
    }

    private static void RefuseTooMany(IReadOnlyList<VocabularyEntry> vocabularies)
    {
        long rows = 0;
        foreach (VocabularyEntry vocabulary in vocabularies)
        {
            rows += vocabulary.Size;
            if (rows > int.MaxValue)
            {
                throw new DataException($"the vocabularies up to {vocabulary.Name} have more than {int.MaxValue} values; set min_count or max_vocabulary.");
            }
        }
    }

    private static DataConfig Portable(DataConfig config) => config with
    {
        Sources = [.. config.Sources.Select(source => source with { Path = Path.GetFileName(source.Path) })],
        MemoryLimit = new DataConfig { Sources = [], Fields = [], Split = new SplitConfig() }.MemoryLimit,
        Threads = 0,
    };
}
