using Taper.Data;

namespace Taper.Training.Runs;

/// <summary>The training batches of a run, epoch after epoch, from any position on.</summary>
/// <remarks>Not safe to share between threads.</remarks>
internal sealed class EpochBatches : IDisposable
{
    private readonly Examples _examples;
    private readonly BatchReader _reader;
    private readonly TrainingConfig _config;
    private IEnumerator<Batch>? _batches;
    private (int Round, int Batch) _next;

    /// <param name="dataset">The data.</param>
    /// <param name="config">Batch size, seed and shuffling.</param>
    /// <param name="part">Which part of each batch is read.</param>
    public EpochBatches(Dataset dataset, TrainingConfig config, BatchPart part)
    {
        _examples = dataset.Split("train");
        _reader = new BatchReader(dataset, _examples, config.BatchSize, part);
        _config = config;
    }

    /// <summary>The batches of an epoch.</summary>
    public int Count => _reader.BatchCount;

    /// <summary>The batch that comes next at a position; lent until the next one is asked for.</summary>
    /// <param name="position">The last batch's with one more, to read on; any other opens an epoch anew.</param>
    /// <param name="opened">Whether an epoch was opened.</param>
    public Batch At(TrainingPosition position, out bool opened)
    {
        int round = position.Epoch - position.FirstEpoch;
        opened = _batches is null || _next != (round, position.Batch);
        if (opened)
        {
            _batches?.Dispose();
            ExampleOrder order = ExampleOrder.Shuffled(_examples.Count, (ulong)_config.Seed, round, _config.ShuffleWindow);
            _batches = _reader.Read(order, position.Batch).GetEnumerator();
        }

        _next = (round, position.Batch + 1);
        return _batches!.MoveNext() ? _batches.Current : throw new InvalidOperationException($"An epoch has no batch {position.Batch}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();
}
