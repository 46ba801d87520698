using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Metrics;

namespace Taper.Cli.Evaluation;

/// <summary>A bundle, scored without libtorch on a dataset's encoded examples.</summary>
internal sealed class EvaluatedBundle : EvaluatedModel
{
    private const int BatchSize = 1024;
    private readonly Scorer _scorer;
    private readonly Dataset _dataset;
    private readonly int[] _columns;
    private readonly int[][] _bundleRows;

    /// <param name="folder">The bundle.</param>
    /// <param name="data">A dataset with the bundle's fields.</param>
    /// <exception cref="ArtifactException">One of them is missing, damaged or newer, or the fields are not the bundle's.</exception>
    public EvaluatedBundle(string folder, string data)
    {
        _scorer = Scorer.Open(folder, Environment.ProcessorCount);
        try
        {
            _dataset = Dataset.Open(data);
            _columns = [.. _scorer.Fields.Select(ColumnOf)];
            _bundleRows = [.. _scorer.Fields.Select((field, f) => BundleRows(field, _dataset.Fields[_columns[f]]))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override JsonObject Embedding => BundleReport.Json(_scorer.Bundle.Manifest);

    /// <inheritdoc/>
    public override PredictionMetrics Measure(string split, CancellationToken cancellation) =>
        PredictionMetrics.Of(Predict(split, cancellation), _dataset.Split(split).Labels, []);

    /// <summary>What the bundle says of itself.</summary>
    public BundleManifest Manifest => _scorer.Bundle.Manifest;

    /// <summary>The probability of every example of a split, in its order.</summary>
    public float[] Predict(string split, CancellationToken cancellation)
    {
        Examples examples = _dataset.Split(split);
        float[] probabilities = new float[examples.Count];
        FeatureBatch batch = _scorer.CreateBatch();
        for (int first = 0; first < examples.Count; first += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(examples.Count, first + BatchSize);
            batch.Clear();
            for (int example = first; example < end; example++)
            {
                Add(batch, examples, example);
            }

            _scorer.Score(batch, probabilities.AsSpan(first, end - first));
        }

        return probabilities;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _scorer.Dispose();
        _dataset?.Dispose();
    }

    private void Add(FeatureBatch batch, Examples examples, int example)
    {
        batch.AddRow();
        Span<int> one = stackalloc int[1];
        for (int field = 0; field < _columns.Length; field++)
        {
            FieldColumn column = examples.Column(_columns[field]);
            if (column.Kind == FieldKind.Numeric)
            {
                batch.SetNumber(field, column.Values[example]);
            }
            else if (column.Kind == FieldKind.MultiValued)
            {
                ReadOnlySpan<int> ids = column.Ids[column.Offsets[example]..column.Offsets[example + 1]];
                batch.SetRows(field, [.. ids.ToArray().Select(id => _bundleRows[field][id])]);
            }
            else
            {
                one[0] = _bundleRows[field][column.Ids[example]];
                batch.SetRows(field, one);
            }
        }
    }

    private int ColumnOf(FeatureField field)
    {
        for (int column = 0; column < _dataset.Fields.Count; column++)
        {
            if (_dataset.Fields[column].Name == field.Name)
            {
                return _dataset.Fields[column].Kind == field.Kind
                    ? column
                    : throw new ArtifactException(
                        $"{_dataset.Folder}: the field '{field.Name}' is {_dataset.Fields[column].Kind}, the bundle's is {field.Kind}; prepare the data as it was for training.");
            }
        }

        throw new ArtifactException(
            $"{_dataset.Folder}: there is no field '{field.Name}', which the bundle needs; it has {string.Join(", ", _dataset.Fields.Select(f => f.Name))}.");
    }

    /// <summary>The bundle's row of each vocabulary id of the dataset, found by the value's text.</summary>
    private int[] BundleRows(FeatureField field, FeatureField column)
    {
        if (!field.HasEmbedding)
        {
            return [];
        }

        CompactTable table = _scorer.Bundle.TableOf(field);
        FeatureValues values = _dataset.VocabularyOf(column).Values;
        int[] rows = new int[values.Count];
        values.Visit((id, utf8) => rows[id] = id switch
        {
            Vocabulary.Unknown => table.UnknownRow,
            Vocabulary.Missing => table.MissingRow,
            _ => table.RowOf(utf8),
        });
        return rows;
    }
}
