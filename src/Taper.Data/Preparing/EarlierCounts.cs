using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>
/// What an earlier dataset knows that a later one goes on from: how often values occurred, and what numeric fields are standardised
/// with. Earlier counts are multiplied with a decay and rounded down, so what does not come again is forgotten in the end.
/// </summary>
internal sealed class EarlierCounts
{
    private readonly Dataset dataset;
    private readonly double decay;

    /// <param name="dataset">The earlier dataset; not owned.</param>
    /// <param name="config">The later one's config.</param>
    /// <exception cref="DataException">Its fields are others.</exception>
    public EarlierCounts(Dataset dataset, DataConfig config)
    {
        this.dataset = dataset;
        decay = config.CountDecay ?? 1;
        string fields = Shown(dataset.Fields.Select(field => (field.Name, field.Kind.ToString(), field.Vocabulary)));
        string wanted = Shown(config.Fields.Select(field => (
            field.Name, field.Kind.ToString(), field.Kind == FieldKind.Numeric ? "" : field.VocabularyName)));
        if (fields != wanted)
        {
            throw new DataException($"{dataset.Folder} has other fields ({fields}) than this config ({wanted}); counts go on from a dataset of the same ones only.");
        }
    }

    /// <summary>Names the dataset in the manifest of the one that goes on from it.</summary>
    public string Fingerprint => dataset.Fingerprint;

    /// <summary>Adds what occurred earlier to the counts of a vocabulary's values; values that have not come yet get a code.</summary>
    /// <returns>The counts of all codes so far: the earlier ones alone.</returns>
    public long[] Of(VocabularyPlan plan)
    {
        Vocabulary vocabulary = Named(plan.Name);
        long[] earlier = vocabulary.ReadCounts();
        int[] codes = new int[earlier.Length];
        vocabulary.Values.Visit((id, value) => codes[id] = id < Vocabulary.Reserved ? ValueCodes.Missing : plan.Codes.CodeOf(value));
        long[] counts = new long[plan.Codes.Count];
        for (int id = Vocabulary.Reserved; id < earlier.Length; id++)
        {
            counts[codes[id]] = Faded(earlier[id]);
        }

        return counts;
    }

    /// <summary>How often a vocabulary's values were unknown, and examples had none.</summary>
    public (long Unknown, long Missing) ReservedOf(string vocabulary)
    {
        long[] counts = Named(vocabulary).ReadCounts();
        return (Faded(counts[Vocabulary.Unknown]), Faded(counts[Vocabulary.Missing]));
    }

    /// <summary>What a numeric field was standardised with: a network that goes on has learned it.</summary>
    public Standardization Of(FieldPlan field)
    {
        FeatureField earlier = dataset.Fields[field.Number];
        return new Standardization(earlier.Mean, earlier.StandardDeviation);
    }

    private Vocabulary Named(string name) => dataset.Vocabularies.First(vocabulary => vocabulary.Name == name);

    private long Faded(long count) => (long)(count * decay);

    private static string Shown(IEnumerable<(string Name, string Kind, string Vocabulary)> fields) => string.Join(
        ", ", fields.Select(field => field.Vocabulary.Length == 0 || field.Vocabulary == field.Name ? $"{field.Name}: {field.Kind}" : $"{field.Name}: {field.Kind} of {field.Vocabulary}"));
}
