using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing;

/// <summary>
/// What an earlier dataset knows that a later one goes on from: how often values occurred and when last, and what numeric fields are
/// standardised with. Earlier counts are multiplied with a decay, so what does not come again is forgotten in the end.
/// </summary>
internal sealed class EarlierCounts
{
    private readonly Dataset dataset;
    private readonly DataConfig config;

    /// <param name="dataset">The earlier dataset; not owned.</param>
    /// <param name="config">The later one's config.</param>
    /// <exception cref="DataException">Its fields are others.</exception>
    public EarlierCounts(Dataset dataset, DataConfig config)
    {
        (this.dataset, this.config) = (dataset, config);
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

    /// <summary>What it knows of a vocabulary's values; those that have not come yet get a code.</summary>
    public EarlierValues Of(VocabularyPlan plan)
    {
        Vocabulary vocabulary = dataset.Vocabularies.First(vocabulary => vocabulary.Name == plan.Name);
        double[] counts = vocabulary.ReadExactCounts();
        int[]? ages = config.MaxAge is null ? null : vocabulary.ReadAges();
        EarlierValues values = new((int)Math.Min(Array.MaxLength, (long)plan.Codes.Count + vocabulary.Size))
        {
            Unknown = Faded(counts[Vocabulary.Unknown]),
            Missing = Faded(counts[Vocabulary.Missing]),
            Sketch = Waiting(plan, entry => entry.SketchFile) is string sketch ? SketchFile.Read(sketch).Faded(config.CountDecay ?? 1) : null,
        };
        vocabulary.Values.Visit((id, value) =>
        {
            if (id >= Vocabulary.Reserved)
            {
                values.Add(plan.Codes.CodeOf(value), Faded(counts[id]), ages?[id] ?? 0);
            }
        });
        if (Waiting(plan, entry => entry.WaitingFile) is string waiting)
        {
            AddWaiting(waiting, plan, values);
        }

        return values;
    }

    /// <summary>What a numeric field was standardised with: a network that goes on has learned it.</summary>
    public Standardization Of(FieldPlan field)
    {
        FeatureField earlier = dataset.Fields[field.Number];
        return new Standardization(earlier.Mean, earlier.StandardDeviation);
    }

    private void AddWaiting(string path, VocabularyPlan plan, EarlierValues values) => WaitingFile.Visit(path, (value, count, age) =>
    {
        int code = plan.Codes.CodeOf(value);
        if (values.CountOf(code) > 0)
        {
            throw new ArtifactException($"{path} has a value twice, or one that is in the vocabulary; prepare the dataset again.");
        }

        values.Add(code, Faded(count), config.MaxAge is null ? 0 : age);
    });

    /// <summary>A file with what waited for a vocabulary; null where the dataset has none, or nothing waits in the later one.</summary>
    private string? Waiting(VocabularyPlan plan, Func<VocabularyEntry, string> fileOf)
    {
        string file = fileOf(dataset.Manifest.Vocabularies.First(entry => entry.Name == plan.Name));
        return config.Admission is not null && dataset.Manifest.Files.Any(listed => listed.Path == file) ? Path.Combine(dataset.Folder, file) : null;
    }

    /// <summary>A dataset whose counts do not fade has whole ones, after one whose do too.</summary>
    private double Faded(double count) => config.CountDecay is double decay ? count * decay : Math.Floor(count);

    private static string Shown(IEnumerable<(string Name, string Kind, string Vocabulary)> fields) => string.Join(
        ", ", fields.Select(field => field.Vocabulary.Length == 0 || field.Vocabulary == field.Name ? $"{field.Name}: {field.Kind}" : $"{field.Name}: {field.Kind} of {field.Vocabulary}"));
}
