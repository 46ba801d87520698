using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>Examples in the scratch database: read, then labelled.</summary>
internal sealed class LoadedExamples
{
    private readonly DataConfig config;
    private readonly Database database;
    private readonly SplitRule split;
    private readonly IReadOnlyList<string> labelColumns;
    private readonly RawRows rows;

    /// <param name="config">What to prepare.</param>
    /// <param name="baseFolder">Where relative paths of sources start.</param>
    /// <param name="files">The files whose examples are read; other sources, which are joined to them, are read whole.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="vocabularies">Their vocabularies, whose values get codes.</param>
    /// <param name="database">Where the examples go.</param>
    /// <exception cref="DataException">A file cannot be used.</exception>
    public LoadedExamples(
        DataConfig config,
        string baseFolder,
        IReadOnlyList<FileOfExamples> files,
        IReadOnlyList<FieldPlan> fields,
        IReadOnlyList<VocabularyPlan> vocabularies,
        Database database)
    {
        (this.config, this.database) = (config, database);
        split = new SplitRule(config.Split);
        IReadOnlyList<string> parts = split.Parts(config);
        Dictionary<string, Source> sources = new(StringComparer.Ordinal);
        foreach (SourceConfig source in config.Sources)
        {
            IReadOnlyList<string> read = parts.Contains(source.Name)
                ? [.. files.Where(file => file.Source == source.Name).Select(file => file.Path).Distinct()]
                : SourceFiles.Find(source.Path, baseFolder);
            if (read.Count > 0)
            {
                sources.Add(source.Name, Source.Open(source, read, database));
            }
        }

        DefineCodes(vocabularies);
        labelColumns = LabelRule.ColumnsOf(config.Label, database);
        rows = RawRows.Load(
            [.. parts.Index().Where(part => sources.ContainsKey(part.Item)).Select(part => (part.Index, sources[part.Item]))],
            new ExampleQueries(config, sources, database), split, new RawColumns(config, fields, labelColumns), database);
    }

    /// <summary>What each column holds that the label uses.</summary>
    public IReadOnlyList<ColumnCounts> CountLabelColumns() => [.. labelColumns.Select(column => LabelRule.Count(column, database))];

    /// <summary>Tells split and label of every row.</summary>
    /// <param name="columns">What the columns that the label uses hold in all examples, of which these may be a part.</param>
    /// <exception cref="DataException">A label is neither 0 nor 1.</exception>
    public SplitCounts Label(IReadOnlyList<ColumnCounts> columns)
    {
        IReadOnlyList<string> numbers = [.. labelColumns.Where((_, number) => columns[number].HoldsNumbers)];
        database.Execute($"CREATE TABLE {RawRows.Labels} AS {LabelRule.Select(config.Label, numbers, split.AfterLoading(rows, database))}", "data.label");
        return new LabelCheck(config, rows, database).Run(labelColumns);
    }

    private void DefineCodes(IReadOnlyList<VocabularyPlan> vocabularies)
    {
        foreach (VocabularyPlan plan in vocabularies)
        {
            foreach (FieldPlan field in plan.Fields)
            {
                database.Define(field.CodeFunction, plan.Codes);
            }
        }
    }
}
