using Taper.Data;
using Taper.Training.Layers;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tapering;

/// <summary>
/// What training examples show of a vocabulary's embeddings: the second moments of what its fields feed the network, and of
/// the gradient of the loss with respect to that. Immutable.
/// </summary>
/// <param name="Embedding">E[e eᵀ] over the occurrences, row-major [D × D].</param>
/// <param name="Gradient">E[G Gᵀ] over the occurrences, row-major [D × D].</param>
internal sealed record VocabularyMoments(double[] Embedding, double[] Gradient)
{
    private const int MostBatches = 40;

    /// <summary>Measures a model on examples of the training split.</summary>
    /// <returns>An entry a vocabulary.</returns>
    public static VocabularyMoments[] Measure(SizeSearch search)
    {
        int dimension = search.Model.Table.Dimension;
        IReadOnlyList<EmbeddedField> fields = search.Model.Fields;
        VocabularyMoments[] sums =
        [
            .. search.Dataset.Vocabularies.Select(_ => new VocabularyMoments(new double[dimension * dimension], new double[dimension * dimension])),
        ];
        long[] occurrences = new long[sums.Length];
        SlopeBatches.Each(search, "train", MostBatches, Add, search.Cancellation);
        for (int v = 0; v < sums.Length; v++)
        {
            Divide(sums[v].Embedding, occurrences[v]);
            Divide(sums[v].Gradient, occurrences[v]);
        }

        return sums;

        void Add(Batch batch, InputSlopes at)
        {
            Tensor gradient = at.Slopes * (at.Logits.sigmoid() - batch.Labels.ToTensor(batch.Count)).unsqueeze(1);
            for (int f = 0; f < fields.Count; f++)
            {
                VocabularyMoments sum = sums[fields[f].Vocabulary];
                AddSquares(sum.Embedding, at.Embeddings.narrow(1, f * dimension, dimension));
                AddSquares(sum.Gradient, gradient.narrow(1, f * dimension, dimension));
                occurrences[fields[f].Vocabulary] += batch.Count;
            }
        }
    }

    private static void AddSquares(double[] sum, Tensor rows)
    {
        Span<float> squares = rows.t().matmul(rows).contiguous().Floats();
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += squares[i];
        }
    }

    private static void Divide(double[] sum, long by)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] /= Math.Max(1, by);
        }
    }
}
