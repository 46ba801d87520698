using Taper.Data;
using Taper.Training.Metrics;
using Taper.Training.Natives;

namespace Taper.Training.Runs;

/// <summary>Predicts a whole split in its own order and measures the predictions.</summary>
internal static class Evaluator
{
    private const int BatchSize = 4096;

    /// <summary>The probability of every example of a split.</summary>
    public static float[] Predict(CtrModel model, Dataset dataset, Examples examples, CancellationToken cancellation)
    {
        float[] probabilities = new float[examples.Count];
        model.Network.eval();
        int done = 0;
        var collectionPoint = new CollectionPoint();
        foreach (Batch batch in new BatchReader(dataset, examples, BatchSize).Read(ExampleOrder.Sequential(examples.Count)))
        {
            cancellation.ThrowIfCancellationRequested();
            collectionPoint.Pass();
            model.Predict(batch, probabilities.AsSpan(done, batch.Count));
            done += batch.Count;
        }

        return probabilities;
    }

    /// <summary>The metrics of a split.</summary>
    public static PredictionMetrics Measure(
        CtrModel model, Dataset dataset, string split, string groupField, CancellationToken cancellation)
    {
        Examples examples = dataset.Split(split);
        float[] probabilities = Predict(model, dataset, examples, cancellation);
        return PredictionMetrics.Of(probabilities, examples.Labels, GroupsOf(dataset, examples, groupField));
    }

    /// <summary>The ids that group a split's examples for GAUC; empty where no field is named.</summary>
    public static ReadOnlySpan<int> GroupsOf(Dataset dataset, Examples examples, string groupField)
    {
        if (groupField.Length == 0)
        {
            return [];
        }

        for (int f = 0; f < dataset.Fields.Count; f++)
        {
            if (dataset.Fields[f].Name == groupField)
            {
                return examples.Column(f).Ids;
            }
        }

        throw new Configuration.ConfigException(
            $"training.group_field: the dataset has no feature field '{groupField}'; it has " +
            $"{string.Join(", ", dataset.Fields.Select(f => f.Name))}.");
    }
}
