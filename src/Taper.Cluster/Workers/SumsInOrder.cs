using System.Diagnostics.CodeAnalysis;
using Taper.Cluster.Shards;

namespace Taper.Cluster.Workers;

/// <summary>
/// The sums of steps as shards tell them, some sooner than others: given out step by step, once all shards have told one. So every
/// worker takes the same steps in the same order.
/// </summary>
internal sealed class SumsInOrder(int shards)
{
    private readonly Queue<StepSums>[] _told = [.. Enumerable.Range(0, shards).Select(_ => new Queue<StepSums>())];

    /// <summary>Steps given out, which is the number of the next one.</summary>
    public long Next { get; private set; }

    /// <summary>The first step whose sums a shard has not told.</summary>
    public long UntoldBy(int shard) => Next + _told[shard].Count;

    /// <summary>Begins at a step; nothing before it is outstanding.</summary>
    public void StartAt(long step)
    {
        Array.ForEach(_told, told => told.Clear());
        Next = step;
    }

    /// <summary>Takes in what a shard tells.</summary>
    /// <exception cref="InvalidOperationException">It left a step out.</exception>
    public void Add(int shard, IEnumerable<StepSums> steps)
    {
        foreach (StepSums sums in steps)
        {
            if (sums.Step != UntoldBy(shard))
            {
                throw new InvalidOperationException($"Shard {shard} tells step {sums.Step} where {UntoldBy(shard)} is due.");
            }

            _told[shard].Enqueue(sums);
        }
    }

    /// <summary>The next step's sums, of each shard, where all have told them.</summary>
    public bool TryNext([NotNullWhen(true)] out StepSums[]? sums)
    {
        sums = null;
        if (!Array.TrueForAll(_told, told => told.Count > 0))
        {
            return false;
        }

        sums = [.. _told.Select(told => told.Dequeue())];
        Next++;
        return true;
    }
}
