using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Taper.Data.Duck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing.Parts;

/// <summary>
/// One preparation whose examples lie in several parts and whose vocabularies lie in several shards; its dataset has the bytes that
/// one process makes. What is here at a time is a message of each shard, and the file that is being written.
/// </summary>
/// <param name="config">What to prepare.</param>
/// <param name="parts">The parts, in the order of their rows.</param>
/// <param name="shards">The shards of all vocabularies.</param>
/// <param name="folder">The folder to fill; every part sees it.</param>
/// <param name="progress">Told at every step; may be null.</param>
/// <param name="stop">Stops the work; cancelled too when a part fails, for the others to stop.</param>
internal sealed class PartedPreparation(
    DataConfig config,
    IReadOnlyList<IExamplePart> parts,
    IReadOnlyList<IVocabularyShard> shards,
    string folder,
    IProgress<PreparingProgress>? progress,
    CancellationTokenSource stop)
{
    private const int VocabulariesAtOnce = 4;
    private const int MostThreads = 256;

    private readonly IReadOnlyList<FieldPlan> fields = FieldPlan.Of(config.Fields);
    private readonly IReadOnlyList<VocabularyPlan> vocabularies = VocabularyPlan.Of(FieldPlan.Of(config.Fields));
    private readonly Lock stepping = new();
    private int done;
    private Exception? failure;

    /// <summary>Fills the folder.</summary>
    public DatasetManifest Run()
    {
        Step("reading the sources");
        PartContents[] contents = OfAll(part => part.Read());
        Step("checking labels");
        using Database database = Database.Spilling(Path.Combine(folder, ".scratch"), new DatabaseLimits(config.MemoryLimit, config.Threads), stop.Token);
        TimeCuts? cuts = config.Split.Time is { } time ? TimeRule.Cut(time, Timed(contents), database) : null;
        ColumnCounts[] columns = [.. contents[0].LabelColumns.Select((_, column) => contents.Select(part => part.LabelColumns[column]).Aggregate((sum, next) => sum + next))];
        IReadOnlyList<SplitSummary> splits = SplitCheck.Run(config, OfAll(part => part.Label(columns, cuts)).Aggregate((sum, next) => sum + next));
        FieldOutcome[] outcomes = new FieldOutcome[fields.Count];
        VocabularyEntry[] entries = Encode(database, outcomes);
        Step("joining columns");
        FileEntry[] files = Join();
        ColumnFile.RemovePieces(folder);
        DatasetManifest manifest = PreparedManifest.Of(config, splits, entries, outcomes) with
        {
            Files = [.. files.Concat(entries.Select(entry => Listed(entry.File))).OrderBy(file => file.Path, StringComparer.Ordinal)],
        };
        ManifestFile.Write(Path.Combine(folder, DatasetManifest.FileName), manifest);
        return manifest;
    }

    private TimedParts Timed(IReadOnlyList<PartContents> contents) => new(
        contents,
        areNumbers => OfAll(part => part.ReadMoments(areNumbers)),
        moment => OfAll(part => part.RankOf(moment)).Aggregate((sum, next) => sum + next));

    private VocabularyEntry[] Encode(Database database, FieldOutcome[] outcomes)
    {
        FieldPlan[] numeric = [.. fields.Where(field => field.Config.Kind == FieldKind.Numeric)];
        VocabularyEntry[] entries = new VocabularyEntry[vocabularies.Count];
        AtOnce(VocabulariesAtOnce, Enumerable.Range(0, vocabularies.Count + numeric.Length), piece =>
        {
            if (piece < vocabularies.Count)
            {
                using Database session = database.Another();
                entries[piece] = Embedded(piece, session, outcomes);
            }
            else
            {
                Numeric(numeric[piece - vocabularies.Count], outcomes);
            }
        });
        return entries;
    }

    private VocabularyEntry Embedded(int vocabulary, Database database, FieldOutcome[] outcomes)
    {
        VocabularyPlan plan = vocabularies[vocabulary];
        Step($"counting {plan.Name}");
        OfAll(part => part.Count(vocabulary));
        int[] ranked = new int[shards.Count];
        AtOnce(shards.Count, Enumerable.Range(0, shards.Count), shard => ranked[shard] = shards[shard].Rank(vocabulary));
        MergedVocabulary merged = new(vocabulary, plan.Fields[0].Config, ranked, shards);
        using ValueTable table = new(database, areExact: false, haveAges: config.MaxAge is not null, $"writing {plan.File}");
        merged.WriteTo(table);
        Step($"encoding {string.Join(", ", plan.Fields.Select(field => field.Config.Name))}");
        FieldOccurrences[][] occurrences = Summed(OfAll(part => part.Encode(vocabulary)));
        foreach ((int number, FieldPlan field) in plan.Fields.Index())
        {
            FieldOutcome.RefuseNoNumbers(field, occurrences[number][0]);
            outcomes[field.Number] = FieldOutcome.Embedded(field.Config, merged.Size, merged.TopShare, occurrences[number]);
        }

        table.WriteVocabulary(Path.Combine(folder, plan.File), occurrences.Sum(field => field[0].Unknown), occurrences.Sum(field => field[0].Missing));
        AtOnce(shards.Count, shards, shard => shard.Forget(vocabulary));
        return new VocabularyEntry(plan.Name, merged.Size, plan.File);
    }

    private void Numeric(FieldPlan field, FieldOutcome[] outcomes)
    {
        Step($"encoding {field.Config.Name}");
        RunningMoments moments = parts.Aggregate(default(RunningMoments), (before, part) => part.Measure(field.Number, before));
        var standardization = Standardization.Of(field, moments);
        FieldOccurrences[][] occurrences = Summed(OfAll(part => (FieldOccurrences[][])[part.EncodeNumbers(field.Number, standardization)]));
        outcomes[field.Number] = FieldOutcome.Numeric(field.Config, standardization, occurrences[0]);
    }

    private FileEntry[] Join()
    {
        IReadOnlyList<ColumnFile> columns = ColumnFile.Of(config);
        FileEntry[] files = new FileEntry[columns.Count];
        AtOnce(parts.Count, Enumerable.Range(0, parts.Count), part =>
        {
            for (int column = part; column < columns.Count; column += parts.Count)
            {
                files[column] = parts[part].Join(columns[column]);
            }
        });
        return files;
    }

    private FileEntry Listed(string file)
    {
        string path = Path.Combine(folder, file);
        return new FileEntry(file, new FileInfo(path).Length, Checksum.OfFile(path));
    }

    /// <summary>What all parts hold of some fields.</summary>
    private static FieldOccurrences[][] Summed(FieldOccurrences[][][] ofParts) => ofParts.Aggregate((sum, next) =>
        [.. sum.Zip(next, (one, other) => one.Zip(other, (a, b) => new FieldOccurrences(
            a.Split, a.Occurrences + b.Occurrences, a.Unknown + b.Unknown, a.Missing + b.Missing)).ToArray())]);

    private void OfAll(Action<IExamplePart> ask) => AtOnce(parts.Count, parts, ask);

    private T[] OfAll<T>(Func<IExamplePart, T> ask)
    {
        T[] answers = new T[parts.Count];
        AtOnce(parts.Count, Enumerable.Range(0, parts.Count), part => answers[part] = ask(parts[part]));
        return answers;
    }

    /// <summary>Does pieces of work on threads of their own. The first failure of all is told, and stops the others.</summary>
    private void AtOnce<T>(int threads, IEnumerable<T> pieces, Action<T> work)
    {
        ConcurrentQueue<T> waiting = new(pieces);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(Math.Min(threads, MostThreads), waiting.Count)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out T? piece))
                {
                    Try(() => work(piece));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(workers);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        stop.Token.ThrowIfCancellationRequested();
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                stop.Cancel();
            }
        }
    }

    private void Step(string doing)
    {
        stop.Token.ThrowIfCancellationRequested();
        lock (stepping)
        {
            progress?.Report(new PreparingProgress(doing, done++, 3 + (2 * vocabularies.Count) + fields.Count(field => field.Config.Kind == FieldKind.Numeric)));
        }
    }
}
