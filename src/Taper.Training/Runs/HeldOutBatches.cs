using Taper.Data;

namespace Taper.Training.Runs;

/// <summary>The validation split as an endless sequence of batches, one for each step; each round in an order of its own.</summary>
internal sealed class HeldOutBatches(Dataset dataset, TrainingConfig config) : IDisposable
{
    private readonly BatchReader _reader = new(dataset, dataset.Split("validation"), config.BatchSize);
    private readonly int _examples = dataset.Split("validation").Count;
    private IEnumerator<Batch>? _round;
    private long _next = -1;

    /// <summary>The batch of a step; the next step's is read on from there.</summary>
    public Batch At(long step)
    {
        (long round, long batch) = Math.DivRem(step, _reader.BatchCount);
        if (step != _next || batch == 0)
        {
            _round?.Dispose();
            ExampleOrder order = ExampleOrder.Shuffled(_examples, (ulong)config.Seed, (int)round, config.ShuffleWindow);
            _round = _reader.Read(order, (int)batch).GetEnumerator();
        }

        _next = step + 1;
        _round!.MoveNext();
        return _round.Current;
    }

    public void Dispose() => _round?.Dispose();
}
