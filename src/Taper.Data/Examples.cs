using Taper.Data.Columns;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>
/// The examples of one split, column by column, memory-mapped. What it lends is valid until the dataset is disposed.
/// Thread-safe.
/// </summary>
public sealed class Examples : IDisposable
{
    private readonly NpyFile<byte> labels;
    private readonly List<FieldColumn> columns = [];

    internal Examples(SplitSummary split, DatasetManifest manifest, IReadOnlyList<Vocabulary> vocabularies, string folder)
    {
        Name = split.Name;
        Count = split.Rows;
        labels = new NpyFile<byte>(Path.Combine(folder, split.Name, "label.npy"));
        try
        {
            foreach ((FeatureField field, string file) in manifest.Fields.Zip(manifest.FieldFiles))
            {
                string path = Path.Combine(folder, split.Name, file);
                FieldColumn column = new(field.Kind, path);
                columns.Add(column);
                int size = field.HasEmbedding ? vocabularies.First(vocabulary => vocabulary.Name == field.Vocabulary).Size : 0;
                if (column.Count != Count || labels.Values.Length != Count || !column.Fits(size))
                {
                    throw new ArtifactException($"{path}.npy does not fit {DatasetManifest.FileName}; prepare the dataset again.");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The split's name: see <see cref="SplitNames"/>.</summary>
    public string Name { get; }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>Each example's label, 0 or 1.</summary>
    public ReadOnlySpan<byte> Labels => labels.Values;

    /// <summary>A field's column, by its place in <see cref="Dataset.Fields"/>.</summary>
    public FieldColumn Column(int fieldIndex) => columns[fieldIndex];

    /// <summary>Says how some examples will be read.</summary>
    internal void Expect(int first, int count, Reading reading)
    {
        PageAdvice.Give(Labels.Slice(first, count), reading);
        columns.ForEach(column => column.Expect(first, count, reading));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        labels.Dispose();
        columns.ForEach(column => column.Dispose());
    }
}
