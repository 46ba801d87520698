using Taper.Data.Duck;
using Taper.Data.Sources;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing;

/// <summary>One preparation, step by step.</summary>
internal sealed class Preparation(
    DataConfig config, string baseFolder, string folder, IProgress<PreparingProgress>? progress, CancellationToken cancellation)
{
    private readonly IReadOnlyList<FieldPlan> fields = FieldPlan.Of(config.Fields);
    private readonly IReadOnlyList<VocabularyPlan> plans = VocabularyPlan.Of(FieldPlan.Of(config.Fields));
    private int done;

    /// <summary>Fills the folder.</summary>
    public DatasetManifest Run()
    {
        string scratch = Path.Combine(folder, ".scratch");
        DatasetManifest manifest;
        using (Database database = Database.Spilling(scratch, new DatabaseLimits(config.MemoryLimit, config.Threads), cancellation))
        {
            manifest = Fill(database);
        }

        if (Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }

        manifest = manifest with { Files = Checksums() };
        ManifestFile.Write(Path.Combine(folder, DatasetManifest.FileName), manifest);
        return manifest;
    }

    private DatasetManifest Fill(Database database)
    {
        Step("reading the sources");
        Dictionary<string, Source> sources = config.Sources.ToDictionary(
            source => source.Name, source => Source.Open(source, baseFolder, database), StringComparer.Ordinal);
        foreach (VocabularyPlan plan in plans)
        {
            foreach (FieldPlan field in plan.Fields)
            {
                database.Define(field.CodeFunction, plan.Codes);
            }
        }

        SplitRule split = new(config.Split);
        IReadOnlyList<string> labelColumns = LabelRule.ColumnsOf(config.Label, database);
        RawRows rows = RawRows.Load(
            [.. split.Parts(config).Select(name => sources[name])],
            new ExampleQueries(config, sources, database), split, new RawColumns(config, fields, labelColumns), database);

        Step("checking labels");
        string labels = LabelRule.Select(config.Label, labelColumns, split.AfterLoading(rows, database), database);
        database.Execute($"CREATE TABLE {RawRows.Labels} AS {labels}", "data.label");
        IReadOnlyList<SplitSummary> splits = new SplitCheck(config, rows, database).Run(labelColumns);
        ColumnEncoder encoder = new(database, folder, splits);
        encoder.Labels();

        (IReadOnlyList<VocabularyEntry> vocabularies, FieldOutcome[] outcomes) = Encode(database, encoder);
        return new DatasetManifest
        {
            FormatVersion = DatasetManifest.CurrentVersion,
            Name = config.Name,
            Fields = [.. outcomes.Select(outcome => outcome.Field)],
            FieldFiles = [.. fields.Select(field => field.File)],
            Vocabularies = vocabularies,
            Splits = splits,
            FieldSummaries = [.. outcomes.Select(outcome => outcome.Summary)],
            Config = Portable(),
            Files = [],
        };
    }

    private (IReadOnlyList<VocabularyEntry> Vocabularies, FieldOutcome[] Outcomes) Encode(Database database, ColumnEncoder encoder)
    {
        FieldOutcome[] outcomes = new FieldOutcome[fields.Count];
        VocabularyBuilder builder = new(database);
        List<VocabularyEntry> vocabularies = [];
        long tableRows = 0;
        foreach (VocabularyPlan plan in plans)
        {
            Step($"counting {plan.Name}");
            RankedValues values = builder.Rank(plan);
            tableRows += values.Size;
            if (tableRows > int.MaxValue)
            {
                throw new DataException($"the vocabularies up to {plan.Name} have more than {int.MaxValue} values; set min_count or max_vocabulary.");
            }

            foreach (FieldPlan field in plan.Fields)
            {
                Step($"encoding {field.Config.Name}");
                FieldOccurrences[] occurrences = field.Config.Kind == FieldKind.MultiValued ? encoder.IdLists(field, values) : encoder.Ids(field, values);
                RefuseNoNumbers(field, occurrences[0]);
                plan.Unknown += occurrences[0].Unknown;
                plan.Missing += occurrences[0].Missing;
                outcomes[IndexOf(field)] = FieldOutcome.Embedded(field.Config, (int)values.Size, values.TopShare, occurrences);
            }

            builder.Write(plan, values, folder);
            vocabularies.Add(new VocabularyEntry(plan.Name, (int)values.Size, plan.File));
        }

        foreach (FieldPlan field in fields.Where(field => field.Config.Kind == FieldKind.Numeric))
        {
            Step($"encoding {field.Config.Name}");
            Standardization standardization = Standardization.Of(field, database);
            outcomes[IndexOf(field)] = FieldOutcome.Numeric(field.Config, standardization, encoder.Numbers(field, standardization));
        }

        return (vocabularies, outcomes);
    }

    private static void RefuseNoNumbers(FieldPlan field, FieldOccurrences training)
    {
        if (field.Config.Kind == FieldKind.Bucketed && training.Occurrences == 0)
        {
            throw new DataException(
                $"field {field.Config.Name}: the column {field.Config.SourceColumn} holds no number in the training split; make the field categorical or name another column.");
        }
    }

    private int IndexOf(FieldPlan field) => config.Fields.ToList().IndexOf(field.Config);

    private DataConfig Portable() => config with
    {
        Sources = [.. config.Sources.Select(source => source with { Path = Path.GetFileName(source.Path) })],
        MemoryLimit = new DataConfig { Sources = [], Fields = [], Split = new SplitConfig() }.MemoryLimit,
        Threads = 0,
    };

    private FileEntry[] Checksums() =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new FileEntry(file.Name, new FileInfo(file.Path).Length, Checksum.OfFile(file.Path)))];

    private void Step(string doing)
    {
        cancellation.ThrowIfCancellationRequested();
        int total = 2 + config.Fields.Count + config.Fields.Where(field => field.Kind != FieldKind.Numeric)
            .Select(field => field.VocabularyName).Distinct(StringComparer.Ordinal).Count();
        progress?.Report(new PreparingProgress(doing, done++, total));
    }
}
