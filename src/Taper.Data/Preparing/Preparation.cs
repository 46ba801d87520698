using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Taper.Data.Duck;
using Taper.Data.Sources;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing;

/// <summary>One preparation, step by step.</summary>
internal sealed class Preparation(
    DataConfig config, string baseFolder, EarlierCounts? earlier, string folder, IProgress<PreparingProgress>? progress, CancellationToken cancellation)
{
    private readonly IReadOnlyList<FieldPlan> fields = FieldPlan.Of(config.Fields);
    private readonly IReadOnlyList<VocabularyPlan> plans = VocabularyPlan.Of(FieldPlan.Of(config.Fields));
    private readonly Lock stepping = new();
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
        DefineCodes(database);
        SplitRule split = new(config.Split);
        IReadOnlyList<string> labelColumns = LabelRule.ColumnsOf(config.Label, database);
        RawRows rows = RawRows.Load(
            [.. split.Parts(config).Select(name => sources[name])],
            new ExampleQueries(config, sources, database), split, new RawColumns(config, fields, labelColumns), database);

        Step("checking labels");
        string labels = LabelRule.Select(config.Label, labelColumns, split.AfterLoading(rows, database), database);
        database.Execute($"CREATE TABLE {RawRows.Labels} AS {labels}", "data.label");
        IReadOnlyList<SplitSummary> splits = new SplitCheck(config, rows, database).Run(labelColumns);
        new ColumnEncoder(database, folder, splits).Labels();
        (VocabularyEntry[] vocabularies, FieldOutcome[] outcomes) = Encode(database, splits);
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
            After = earlier?.Fingerprint,
            Files = [],
        };
    }

    private void DefineCodes(Database database)
    {
        foreach (VocabularyPlan plan in plans)
        {
            foreach (FieldPlan field in plan.Fields)
            {
                database.Define(field.CodeFunction, plan.Codes);
            }
        }
    }

    /// <summary>Encodes vocabularies and numeric fields, several at once.</summary>
    private (VocabularyEntry[] Vocabularies, FieldOutcome[] Outcomes) Encode(Database database, IReadOnlyList<SplitSummary> splits)
    {
        FieldOutcome[] outcomes = new FieldOutcome[fields.Count];
        VocabularyEntry[] vocabularies = new VocabularyEntry[plans.Count];
        FieldPlan[] numeric = [.. fields.Where(field => field.Config.Kind == FieldKind.Numeric)];
        AtOnce(plans.Count + numeric.Length, piece =>
        {
            using Database session = database.Another();
            FieldEncoder encoder = new(session, config, earlier, folder, splits, Step);
            if (piece < plans.Count)
            {
                vocabularies[piece] = encoder.Embedded(plans[piece], outcomes);
            }
            else
            {
                FieldPlan field = numeric[piece - plans.Count];
                outcomes[field.Number] = encoder.Numeric(field);
            }
        });
        RefuseTooMany(vocabularies);
        return (vocabularies, outcomes);
    }

    private void AtOnce(int pieces, Action<int> work)
    {
        int threads = config.Threads > 0 ? config.Threads : Environment.ProcessorCount;
        try
        {
            Parallel.ForEach(
                Partitioner.Create(Enumerable.Range(0, pieces), EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static void RefuseTooMany(VocabularyEntry[] vocabularies)
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
        lock (stepping)
        {
            progress?.Report(new PreparingProgress(doing, done++, 2 + fields.Count + plans.Count));
        }
    }
}
