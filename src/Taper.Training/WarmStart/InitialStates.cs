using Taper.Data;
using Taper.Embeddings.Optimizers;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>
/// Gives the values of a vocabulary the optimizer's state that a run has for them. A value that the run does not know keeps zeros, though
/// it starts from the row of unknown ones: their gradients were not its own.
/// </summary>
internal sealed class InitialStates(IReadOnlyList<(SavedRows Saved, OptimizerState State)> states, Dataset source)
{
    /// <summary>Copies the state of the values that are known.</summary>
    /// <param name="vocabulary">The vocabulary of the new model.</param>
    /// <param name="table">The run's table of the same name, which finds its values but has rows in an order of its own.</param>
    public void CopyTo(Vocabulary vocabulary, IInitialTable table)
    {
        int[] rows = RowsOf(source.Vocabularies.First(v => v.Name == vocabulary.Name), table);
        vocabulary.Values.Visit((id, value) =>
        {
            int row = table.RowOf(id, value);
            if (row >= 0)
            {
                Copy(rows[row], vocabulary.FirstRow + id);
            }
        });
    }

    /// <summary>The row of the run's own table for each row of an export of it.</summary>
    private static int[] RowsOf(Vocabulary vocabulary, IInitialTable table)
    {
        int[] rows = new int[vocabulary.Size];
        vocabulary.Values.Visit((id, value) => rows[table.RowOf(id, value)] = vocabulary.FirstRow + id);
        return rows;
    }

    private void Copy(int row, int target)
    {
        foreach ((SavedRows saved, OptimizerState state) in states)
        {
            saved.CopyTo(row, state[target]);
        }
    }
}
