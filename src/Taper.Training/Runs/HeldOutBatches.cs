using Taper.Data;

namespace Taper.Training.Runs;

/// <summary>
/// Batches of the validation split, one for each training step, shuffled anew whenever all were read. Which one a step gets
/// depends on its number alone, so that a resumed run goes on with the same.
/// </summary>
internal sealed class HeldOutBatches(Dataset dataset, TrainingConfig config) : IDisposable
{
    private readonly Examples _examples = dataset.Split("validation");
    private readonly BatchReader _reader = new(dataset, dataset.Split("validation"), config.BatchSize);
    private IEnumerator<Batch>? _batches;
    private long _next = -1;

    /// <summary>The batch of a step; valid until the next one is asked for.</summary>
    public Batch At(long step)
    {
        (long round, long place) = Math.DivRem(step, _reader.BatchCount);
        if (_batches is null || step != _next || place == 0)
        {
            _batches?.Dispose();
            ExampleOrder order = ExampleOrder.Shuffled(_examples.Count, (ulong)config.Seed, (int)round, config.ShuffleWindow);
            _batches = _reader.Read(order, (int)place).GetEnumerator();
        }

        _batches.MoveNext();
        _next = step + 1;
        return _batches.Current;
    }

    /// <summary>Ends the round under way; the next step begins where it belongs.</summary>
    public void Dispose()
    {
        _batches?.Dispose();
        _batches = null;
    }
}
