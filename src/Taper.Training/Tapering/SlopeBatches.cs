using Taper.Data;
using Taper.Training.Natives;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tapering;

/// <summary>Shows a trained model's logits and their derivatives on examples of a split, with dropout off.</summary>
internal static class SlopeBatches
{
    private const int BatchSize = 4096;

    /// <summary>Gives a measurement batch after batch of a shuffled split; what it makes of tensors is freed after each.</summary>
    /// <param name="search">The model, the data and the seed of the order.</param>
    /// <param name="split">Name of the split.</param>
    /// <param name="most">Most batches.</param>
    /// <param name="measure">Takes a batch; both are valid until it returns.</param>
    /// <param name="cancellation">Stops before the next batch.</param>
    public static void Each(SizeSearch search, string split, int most, Action<Batch, InputSlopes> measure, CancellationToken cancellation)
    {
        CtrModel model = search.Model;
        Examples examples = search.Dataset.Split(split);
        ExampleOrder order = ExampleOrder.Shuffled(examples.Count, (ulong)search.Training.Seed, epoch: 0);
        var collectionPoint = new CollectionPoint();
        model.Network.eval();
        foreach (Batch batch in new BatchReader(search.Dataset, examples, BatchSize).Read(order).Take(most))
        {
            cancellation.ThrowIfCancellationRequested();
            collectionPoint.Pass();
            using var scope = NewDisposeScope();
            measure(batch, model.Slopes(batch));
        }

        model.Network.train();
    }
}
