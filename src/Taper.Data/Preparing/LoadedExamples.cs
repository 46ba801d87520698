using System.Globalization;
using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>Examples in the scratch database: read, then labelled.</summary>
internal sealed class LoadedExamples : ITimedRows
{
    private const string TimeKey = "data.split.time";
    private const string Moments = "taper.moments";

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
            IReadOnlyList<string> all = SourceFiles.Find(source.Path, baseFolder);
            IReadOnlyList<string> read = parts.Contains(source.Name)
                ? [.. files.Where(file => file.Source == source.Name).Select(file => file.Path).Distinct()]
                : all;
            if (read.Count > 0)
            {
                sources.Add(source.Name, Source.Open(source, read, all[0], database));
            }
        }

        DefineCodes(vocabularies);
        labelColumns = LabelRule.ColumnsOf(config.Label, database);
        rows = RawRows.Load(
            [.. parts.Index().Where(part => sources.ContainsKey(part.Item)).Select(part => (part.Index, sources[part.Item]))],
            new ExampleQueries(config, sources, database), split, new RawColumns(config, fields, labelColumns), database);
    }

    public long Count => rows.Count;

    public TimeKinds Kinds
    {
        get
        {
            string column = Sql.Name(config.Split.Time!.Column), numbers = Sql.Number(column), dates = Sql.Seconds(column);
            IReadOnlyList<string?> held = database.Rows(
                $"SELECT count({numbers}), count({dates}), any_value({column}) FILTER ({numbers} IS NOT NULL), any_value({column}) FILTER ({dates} IS NOT NULL) FROM {RawRows.Table}",
                TimeKey)[0];
            return new TimeKinds(long.Parse(held[0]!, CultureInfo.InvariantCulture), long.Parse(held[1]!, CultureInfo.InvariantCulture), held[2], held[3]);
        }
    }

    public void ReadMoments(bool areNumbers)
    {
        string column = config.Split.Time!.Column;
        database.Execute($"CREATE TABLE {Moments} AS SELECT {TimeCuts.Moment(column, areNumbers)} AS moment FROM {RawRows.Table}", TimeKey);
        if (database.Scalar($"SELECT min(rowid) FROM {Moments} WHERE moment IS NULL", TimeKey) is long row)
        {
            object? text = database.Scalar($"SELECT {Sql.Name(column)} FROM {RawRows.Table} WHERE rowid = {row}", TimeKey);
            throw new DataException($"{rows.Locate(row)}: {column} is \"{text}\", which is no time; data.split.time needs one in every row.");
        }
    }

    public MomentRank RankOf(double moment)
    {
        string at = TimeBounds.Literal(moment);
        using ChunkStream stream = database.Stream(
            $"SELECT count(*) FILTER (moment < {at}), coalesce(max(moment) FILTER (moment < {at}), '-infinity'), coalesce(min(moment) FILTER (moment >= {at}), 'infinity') FROM {Moments}",
            TimeKey);
        stream.Next();
        return new MomentRank(stream.Column<long>(0)[0], stream.Column<double>(1)[0], stream.Column<double>(2)[0]);
    }

    /// <summary>What each column holds that the label uses.</summary>
    public IReadOnlyList<ColumnCounts> CountLabelColumns() => [.. labelColumns.Select(column => LabelRule.Count(column, database))];

    /// <summary>Tells split and label of every row.</summary>
    /// <param name="columns">What the columns that the label uses hold in all examples, of which these may be a part.</param>
    /// <param name="cuts">Where a split by time cuts; null for other splits.</param>
    /// <exception cref="DataException">A label is neither 0 nor 1.</exception>
    public SplitCounts Label(IReadOnlyList<ColumnCounts> columns, TimeCuts? cuts)
    {
        IReadOnlyList<string> numbers = [.. labelColumns.Where((_, number) => columns[number].HoldsNumbers)];
        database.Execute($"CREATE TABLE {RawRows.Labels} AS {LabelRule.Select(config.Label, numbers, split.AfterLoading(cuts))}", "data.label");
        database.Execute($"DROP TABLE IF EXISTS {Moments}", TimeKey);
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
