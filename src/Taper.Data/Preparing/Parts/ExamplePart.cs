using System.Collections.Concurrent;
using Taper.Data.Duck;

namespace Taper.Data.Preparing.Parts;

/// <summary>A part of the examples in this process: those of some of the files.</summary>
internal sealed class ExamplePart : IExamplePart, IDisposable
{
    private readonly PartPlan plan;
    private readonly IReadOnlyList<IVocabularyShard> shards;
    private readonly IReadOnlyList<FieldPlan> fields;
    private readonly IReadOnlyList<VocabularyPlan> vocabularies;
    private readonly IReadOnlyList<string> splits;
    private readonly Database database;
    private readonly ConcurrentDictionary<int, SpreadVocabulary> spread = [];
    private LoadedExamples? examples;

    /// <param name="plan">What the part is.</param>
    /// <param name="shards">The shards of all vocabularies.</param>
    /// <param name="scratch">A folder of this machine for rows that do not fit in memory.</param>
    /// <param name="cancellation">Stops the work.</param>
    public ExamplePart(PartPlan plan, IReadOnlyList<IVocabularyShard> shards, string scratch, CancellationToken cancellation)
    {
        (this.plan, this.shards) = (plan, shards);
        fields = FieldPlan.Of(plan.Config.Fields);
        vocabularies = VocabularyPlan.Of(fields);
        splits = SplitCheck.Expected(plan.Config.Split);
        database = Database.Spilling(scratch, new DatabaseLimits(plan.Config.MemoryLimit, plan.Config.Threads), cancellation);
    }

    private string Folder => ColumnFile.FolderOf(plan.Folder, plan.Index);

    private LoadedExamples Examples => examples ?? throw new InvalidOperationException("The part has read nothing yet.");

    public PartContents Read()
    {
        examples = new LoadedExamples(plan.Config, plan.BaseFolder, plan.Files, fields, vocabularies, database);
        return new PartContents(examples.Count, examples.CountLabelColumns(), plan.Config.Split.Time is null ? null : examples.Kinds);
    }

    public void ReadMoments(bool areNumbers) => Examples.ReadMoments(areNumbers);

    public MomentRank RankOf(double moment) => Examples.RankOf(moment);

    public SplitCounts Label(IReadOnlyList<ColumnCounts> columns, TimeCuts? cuts)
    {
        SplitCounts counts = Examples.Label(columns, cuts);
        new ColumnEncoder(database, Folder, splits).Labels();
        return counts;
    }

    public void Count(int vocabulary)
    {
        VocabularyPlan counted = vocabularies[vocabulary];
        using Database session = database.Another();
        SpreadVocabulary values = new(vocabulary, plan.Index, counted.Codes, VocabularyBuilder.Occurrences(counted, session), shards);
        values.Send();
        spread[vocabulary] = values;
    }

    public FieldOccurrences[][] Encode(int vocabulary)
    {
        if (!spread.TryRemove(vocabulary, out SpreadVocabulary? values))
        {
            throw new InvalidOperationException($"Vocabulary {vocabulary} was not counted.");
        }

        ValueIds ids = values.Receive();
        using Database session = database.Another();
        ColumnEncoder columns = new(session, Folder, splits);
        return [.. vocabularies[vocabulary].Fields.Select(field => columns.Of(field, ids))];
    }

    public RunningMoments Measure(int field, RunningMoments before)
    {
        using Database session = database.Another();
        return Standardization.Measure(fields[field], before, session);
    }

    public FieldOccurrences[] EncodeNumbers(int field, Standardization standardization)
    {
        using Database session = database.Another();
        return new ColumnEncoder(session, Folder, splits).Numbers(fields[field], standardization);
    }

    public FileEntry Join(ColumnFile column) => JoinedColumn.Write(plan.Folder, column, plan.Parts);

    public void Dispose() => database.Dispose();
}
