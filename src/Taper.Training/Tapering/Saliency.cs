using Taper.Embeddings;
using Taper.Training.Sizing;

namespace Taper.Training.Tapering;

/// <summary>
/// What the loss would miss of each element in aligned coordinates, to the second order: w_i e_ij² E[G_j²] for value i and
/// dimension j.
/// </summary>
internal sealed class Saliency
{
    /// <summary>
    /// w_i = count^0.5, chosen on validation (Frappe). In full proportion to the count, the frequent values would take
    /// dimensions that fine-tuning makes more of when the others have them.
    /// </summary>
    private const double CountPower = 0.5;

    /// <summary>Weighs so little that any element of a row that comes first carries more, but for those that are all but 0.</summary>
    private const float Last = 1e-6f;

    private readonly int[] _vocabularies;
    private readonly float[][] _curvature;
    private readonly float[] _weights;

    /// <summary>Of values whose dimensions are aligned.</summary>
    /// <param name="values">A group for each row.</param>
    /// <param name="alignments">One a vocabulary.</param>
    public Saliency(FrequencyGroups values, IReadOnlyList<Alignment> alignments)
    {
        _vocabularies = values.Vocabularies.ToArray();
        _curvature = [.. alignments.Select(alignment => Array.ConvertAll(alignment.Curvature, c => (float)c))];
        _weights = [.. values.Counts.ToArray().Select(count => (float)Math.Pow(count, CountPower))];
    }

    private Saliency(Saliency other, float[] weights) =>
        (_vocabularies, _curvature, _weights) = (other._vocabularies, other._curvature, weights);

    /// <summary>Number of values.</summary>
    public int Rows => _weights.Length;

    /// <summary>w_i of a row.</summary>
    public float Weight(int row) => _weights[row];

    /// <summary>E[G_j²] of the dimensions of a row's vocabulary.</summary>
    public ReadOnlySpan<float> Curvature(int row) => _curvature[_vocabularies[row]];

    /// <summary>The same, where some rows come first: the others get what these leave.</summary>
    public Saliency First(bool[] rows) => new(this, [.. _weights.Zip(rows, (weight, first) => first ? weight : weight * Last)]);

    /// <summary>The square root of each element's saliency, in a table that the caller disposes.</summary>
    public EmbeddingTable Roots(EmbeddingTable table)
    {
        EmbeddingTable roots = new(Rows, table.Dimension);
        Parallel.For(0, Rows, row =>
        {
            ReadOnlySpan<float> values = table[row], curvature = Curvature(row);
            Span<float> target = roots[row];
            for (int j = 0; j < target.Length; j++)
            {
                target[j] = values[j] * MathF.Sqrt(Weight(row) * curvature[j]);
            }
        });
        return roots;
    }
}
