using Taper.Data;
using Taper.Training.Layers;
using Taper.Training.Runs;
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
    private const int BatchSize = 4096;

    /// <summary>Measures a model on examples of the training split, with dropout off.</summary>
    /// <returns>An entry a vocabulary.</returns>
    public static VocabularyMoments[] Measure(CtrModel model, Dataset dataset, ulong seed, CancellationToken cancellation)
    {
        int dimension = model.Table.Dimension;
        IReadOnlyList<EmbeddedField> fields = model.Fields;
        VocabularyMoments[] sums =
        [
            .. dataset.Vocabularies.Select(_ => new VocabularyMoments(new double[dimension * dimension], new double[dimension * dimension])),
        ];
        long[] occurrences = new long[sums.Length];
        Examples examples = dataset.Split("train");
        ExampleOrder order = ExampleOrder.Shuffled(examples.Count, seed, epoch: 0);
        model.Network.eval();
        foreach (Batch batch in new BatchReader(dataset, examples, BatchSize).Read(order).Take(MostBatches))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            (Tensor embeddings, Tensor slopes, Tensor logits) = model.Slopes(batch);
            Tensor gradient = slopes * (logits.sigmoid() - batch.Labels.ToTensor(batch.Count)).unsqueeze(1);
            for (int f = 0; f < fields.Count; f++)
            {
                VocabularyMoments sum = sums[fields[f].Vocabulary];
                AddSquares(sum.Embedding, embeddings.narrow(1, f * dimension, dimension));
                AddSquares(sum.Gradient, gradient.narrow(1, f * dimension, dimension));
                occurrences[fields[f].Vocabulary] += batch.Count;
            }
        }

        model.Network.train();
        for (int v = 0; v < sums.Length; v++)
        {
            Divide(sums[v].Embedding, occurrences[v]);
            Divide(sums[v].Gradient, occurrences[v]);
        }

        return sums;
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
