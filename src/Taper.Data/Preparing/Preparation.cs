using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Taper.Data.Duck;
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
        LoadedExamples examples = new(config, baseFolder, FileOfExamples.Find(config, baseFolder), fields, plans, database);
        Step("checking labels");
        TimeCuts? cuts = config.Split.Time is { } time ? TimeRule.Cut(time, examples, database) : null;
        IReadOnlyList<SplitSummary> splits = SplitCheck.Run(config, examples.Label(examples.CountLabelColumns(), cuts));
        IReadOnlyList<string> names = [.. splits.Select(split => split.Name)];
        new ColumnEncoder(database, folder, names).Labels();
        (VocabularyEntry[] vocabularies, FieldOutcome[] outcomes) = Encode(database, names);
        return PreparedManifest.Of(config, splits, vocabularies, outcomes) with { After = earlier?.Fingerprint };
    }

    /// <summary>Encodes vocabularies and numeric fields, several at once.</summary>
    private (VocabularyEntry[] Vocabularies, FieldOutcome[] Outcomes) Encode(Database database, IReadOnlyList<string> splits)
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
