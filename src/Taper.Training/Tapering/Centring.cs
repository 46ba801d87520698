using System.Numerics.Tensors;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Training.Tapering;

/// <summary>
/// Moves a vocabulary's rows so that 0 is where those are that will be dropped: a value without an embedding then costs how far
/// it is from them, not from nothing. The first layer's bias takes the move over, and the model predicts as before.
/// </summary>
/// <remarks>
/// What is dropped depends on the centre and the centre on what is dropped, so both are chosen in turn, as clusters and their
/// means are by k-means. A field that sums several values cannot move: an example has as many centres as values.
/// </remarks>
internal static class Centring
{
    private const int Rounds = 10;

    /// <summary>Moves the model's rows, in place.</summary>
    /// <param name="model">In aligned coordinates, with a network that can take a move over.</param>
    /// <param name="saliency">Its weights are those of the rows in a mean.</param>
    /// <param name="cut">What would be kept.</param>
    public static void Apply(CtrModel model, Saliency saliency, ICut cut)
    {
        FrequencyGroups values = model.Sizer.Groups;
        bool[] moves = [.. Enumerable.Range(0, values.VocabularyCount).Select(v =>
            model.Fields.Where(field => field.Vocabulary == v).All(field => field.Pooling == Pooling.Mean))];
        Move(model, values, moves, Means(model.Table, values, saliency, (_, _) => false));
        for (int round = 0; round < Rounds; round++)
        {
            cut.Choose(model.Table, saliency);
            Move(model, values, moves, Means(model.Table, values, saliency, cut.Keeps));
        }
    }

    /// <summary>The weighted mean, for each vocabulary and dimension, of the elements that are not kept; 0 where all are.</summary>
    private static float[][] Means(EmbeddingTable table, FrequencyGroups values, Saliency saliency, Func<int, int, bool> keeps)
    {
        int dimension = table.Dimension;
        double[][] sums = [.. Enumerable.Range(0, values.VocabularyCount).Select(_ => new double[dimension])];
        double[][] weights = [.. sums.Select(_ => new double[dimension])];
        for (int row = 0; row < values.TableRows; row++)
        {
            int v = values.Vocabularies[row];
            ReadOnlySpan<float> e = table[row];
            for (int j = 0; j < dimension; j++)
            {
                if (!keeps(row, j))
                {
                    sums[v][j] += saliency.Weight(row) * e[j];
                    weights[v][j] += saliency.Weight(row);
                }
            }
        }

        return [.. sums.Zip(weights, (sum, weight) => sum.Zip(weight, (s, w) => w > 0 ? (float)(s / w) : 0).ToArray())];
    }

    private static void Move(CtrModel model, FrequencyGroups values, bool[] moves, float[][] by)
    {
        Parallel.For(0, values.TableRows, row =>
        {
            int v = values.Vocabularies[row];
            if (moves[v])
            {
                TensorPrimitives.Subtract(model.Table[row], by[v], model.Table[row]);
            }
        });
        for (int f = 0; f < model.Fields.Count; f++)
        {
            if (moves[model.Fields[f].Vocabulary])
            {
                model.Network.Shift(f, by[model.Fields[f].Vocabulary]);
            }
        }
    }
}
