using Taper.Data;

namespace Taper.Training.WarmStart;

/// <summary>
/// Gives the values of a vocabulary the rows that a trained model has for them. A value that it does not know starts as what it
/// took it for: the row of unknown values, where there is one.
/// </summary>
internal sealed class InitialRows(IInitialTable source, IInitialTarget target)
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
            int own = vocabulary.FirstRow + id;
            if (!target.Has(own))
            {
                return;
            }

            int row = source.RowOf(id, value);
            known += id > Vocabulary.Missing && row >= 0 ? 1 : 0;
            Copy(row >= 0 ? row : source.UnknownRow, own);
        });
        if (target.DefaultRowOf(index) is >= 0 and int defaultRow && source.UnknownRow >= 0)
        {
            source.Read(source.UnknownRow, _row);
            _row.CopyTo(target.EmbeddingOf(defaultRow));
        }

        return known;
    }

    private void Copy(int row, int own)
    {
        if (row < 0)
        {
            return;
        }

        source.Read(row, _row);
        Span<float> kept = target.EmbeddingOf(own), firstOrder = target.FirstOrderOf(own);
        _row.AsSpan(0, kept.Length).CopyTo(kept);
        if (!firstOrder.IsEmpty && source.FirstOrderOf(row) is float weight)
        {
            firstOrder[0] = weight;
        }
    }
}
