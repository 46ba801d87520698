using Taper.Data;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>
/// Gives the values of a vocabulary the rows that a trained model has for them. A value that it does not know starts as what it
/// took it for: the row of unknown values.
/// </summary>
internal sealed class InitialRows(CompactTable source, CtrModel model)
{
    private readonly float[] _row = new float[source.Dimension];

    /// <summary>Copies the rows and first-order weights, and returns how many values were known.</summary>
    /// <param name="vocabulary">The vocabulary of the new model.</param>
    /// <param name="index">Its place among the dataset's.</param>
    public long CopyTo(Vocabulary vocabulary, int index)
    {
        long known = 0;
        vocabulary.Values.Visit((id, value) =>
        {
            if (id == Vocabulary.Unknown)
            {
                Copy(source.UnknownRow, vocabulary.FirstRow + id);
            }
            else if (id == Vocabulary.Missing)
            {
                Copy(source.MissingRow, vocabulary.FirstRow + id);
            }
            else
            {
                bool isKnown = source.TryFind(source.KeyOf(value), out int row);
                known += isKnown ? 1 : 0;
                Copy(isKnown ? row : source.UnknownRow, vocabulary.FirstRow + id);
            }
        });
        if (model.Sizer.HasSizeZero)
        {
            source.Read(source.UnknownRow, _row);
            _row.CopyTo(model.Table[model.Sizer.Groups.TableRows + index]);
        }

        return known;
    }

    private void Copy(int row, int target)
    {
        source.Read(row, _row);
        Span<float> kept = model.Table[target];
        _row.AsSpan(0, kept.Length).CopyTo(kept);
        if (model.FirstOrderTable is { } firstOrder && source.HasFirstOrder)
        {
            firstOrder[target][0] = source.FirstOrderOf(row);
        }
    }
}
