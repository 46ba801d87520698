namespace Taper.Data.Preparing.Parts;

/// <summary>A shard of all vocabularies, in this process.</summary>
/// <param name="fields">The fields of the dataset.</param>
internal sealed class VocabularyShard(IReadOnlyList<FieldConfig> fields) : IVocabularyShard
{
    private readonly ShardOfVocabulary?[] shards =
        [.. VocabularyPlan.Of(FieldPlan.Of(fields)).Select(plan => new ShardOfVocabulary(plan.Name, plan.Fields[0].Config))];

    /// <summary>Roughly what it takes in memory.</summary>
    public long Bytes => shards.Sum(shard => shard?.Bytes ?? 0);

    public void Add(int vocabulary, int part, byte[] values) => Of(vocabulary).Add(part, values);

    public int Rank(int vocabulary) => Of(vocabulary).Rank();

    public byte[] Ranked(int vocabulary, int from) => Of(vocabulary).Ranked(from);

    public void Number(int vocabulary, int from, int[] ids) => Of(vocabulary).Number(from, ids);

    public int[] Ids(int vocabulary, int part, int from) => Of(vocabulary).Ids(part, from);

    public void Forget(int vocabulary) => shards[vocabulary] = null;

    private ShardOfVocabulary Of(int vocabulary) =>
        shards[vocabulary] ?? throw new InvalidOperationException($"Vocabulary {vocabulary} was forgotten.");
}
