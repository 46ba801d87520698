using System.Numerics;
using Taper.Data;

namespace Taper.Training.Tapering;

/// <summary>
/// In how many training examples of either label each table row occurs. Values with alike counts are measured together
/// (<see cref="HeldOutWorth"/>): what one was learned from says how far its embedding can be trusted. Immutable.
/// </summary>
internal sealed class LabelCounts
{
    private const int BatchSize = 4096;

    /// <summary>Counts below it have a class of their own; above it, one for each power of two.</summary>
    private const int ExactBelow = 4;

    private const int Classes = 64;

    private readonly int[] _positives;
    private readonly int[] _negatives;

    private LabelCounts(int rows) => (_positives, _negatives) = (new int[rows], new int[rows]);

    /// <summary>Number of cells of a vocabulary.</summary>
    public static int Cells => Classes * Classes;

    /// <summary>Counts the occurrences in the training split.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="fields">The number of embedded fields.</param>
    /// <param name="rows">The number of table rows.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static LabelCounts Of(Dataset dataset, int fields, int rows, CancellationToken cancellation)
    {
        var counts = new LabelCounts(rows);
        Examples examples = dataset.Split("train");
        foreach (Batch batch in new BatchReader(dataset, examples, BatchSize).Read(ExampleOrder.Sequential(examples.Count)))
        {
            cancellation.ThrowIfCancellationRequested();
            for (int f = 0; f < fields; f++)
            {
                foreach (Occurrence occurrence in new Occurrences(batch, f))
                {
                    (batch.Labels[occurrence.Example] > 0.5f ? counts._positives : counts._negatives)[occurrence.Row]++;
                }
            }
        }

        return counts;
    }

    /// <summary>How often a row occurs.</summary>
    public long Total(int row) => (long)_positives[row] + _negatives[row];

    /// <summary>The cell of a row among those of its vocabulary: rows with alike counts share one.</summary>
    public int CellOf(int row) => (Class(_positives[row]) * Classes) + Class(_negatives[row]);

    private static int Class(int count) => count < ExactBelow ? count : ExactBelow - 2 + BitOperations.Log2((uint)count);
}
