using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Training.Layers;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Layers;

/// <summary>Embeddings made of shared rows against plain autograd (fields: single, shared, mean, sum).</summary>
public sealed class ComposedRowsTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const int Dimension = 6;

    [Theory]
    [InlineData("hashing", RowCombination.Sum)]
    [InlineData("quotient_remainder", RowCombination.Sum)]
    [InlineData("quotient_remainder", RowCombination.Product)]
    public void Forward_and_backward_equal_plain_autograd(string method, RowCombination operation)
    {
        using var scope = NewDisposeScope();
        Dataset dataset = data.Dataset;
        List<string> vocabularies = [.. dataset.Vocabularies.Select(v => v.Name)];
        EmbeddedField[] fields = [.. dataset.Fields.Where(f => f.HasEmbedding).Select(f => new EmbeddedField(vocabularies.IndexOf(f.Vocabulary), f.Pooling))];
        using Sizer sizer = Sizer.Create(
            new SizingConfig
            {
                Method = method,
                EmbeddingDim = Dimension,
                Budget = 0.6,
                Hashing = new HashingConfig { Threshold = 10 },
                QuotientRemainder = new QuotientRemainderConfig { Threshold = 10, Operation = operation },
            },
            FrequencyGroups.Of(dataset));
        RowSharing sharing = sizer.Sharing!;
        Assert.InRange(sharing.StoredRows, 1, dataset.TableRows - 1);
        using EmbeddingTable table = new(sharing.StoredRows, Dimension);
        table.FillNormal(1, 3);
        using EmbeddingLayer layer = new(table, sizer, fields);
        Tensor rows = stack([.. Enumerable.Range(0, table.Rows).Select(row => tensor(table[row].ToArray()))]).requires_grad_();
        foreach (int size in (int[])[48, 7]) // the second batch meets what the first left
        {
            Batch batch = data.FirstBatch(size);
            Tensor output = layer.Forward(batch, null);
            Tensor expected = Plain(batch, rows, sharing, fields);
            AssertClose(expected, output);
            AssertClose(expected, layer.Gather(batch));
            Loss(output).backward();
            Loss(expected).backward();
            AssertClose(rows.grad!, Dense(layer));
            rows.grad!.zero_();
        }
    }

    private static Tensor Plain(Batch batch, Tensor rows, RowSharing sharing, EmbeddedField[] fields)
    {
        List<Tensor> examples = [];
        for (int i = 0; i < batch.Count; i++)
        {
            List<Tensor> parts = [];
            for (int f = 0; f < fields.Length; f++)
            {
                ReadOnlySpan<int> offsets = batch.Offsets(f);
                int first = offsets.IsEmpty ? i : offsets[i], end = offsets.IsEmpty ? i + 1 : offsets[i + 1];
                Tensor values = stack([.. batch.Rows(f)[first..end].ToArray().Select(Value)]);
                parts.Add(fields[f].Pooling == Pooling.Mean && !offsets.IsEmpty ? values.mean([0]) : values.sum(dim: 0));
            }

            examples.Add(cat([.. parts], 0));
        }

        return stack(examples);

        Tensor Value(int value)
        {
            Tensor first = rows[sharing.FirstOf(value)];
            int second = sharing.SecondOf(value);
            if (second < 0)
            {
                return first;
            }

            return sharing.Combination == RowCombination.Product ? first * rows[second] : first + rows[second];
        }
    }

    private static Tensor Loss(Tensor output)
    {
        Tensor weights = (arange(output.numel(), ScalarType.Float32) * 0.37).sin().view_as(output);
        return (output * weights).sum() + (0.5 * output.square().sum());
    }

    private static Tensor Dense(EmbeddingLayer layer)
    {
        float[,] dense = new float[layer.Table.Rows, Dimension];
        foreach (RowGradients part in layer.Gradients)
        {
            for (int slot = 0; slot < part.Count; slot++)
            {
                for (int j = 0; j < Dimension; j++)
                {
                    dense[part.Rows[slot], j] = part[slot][j];
                }
            }
        }

        return tensor(dense);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        using var noGradient = no_grad();
        double error = (expected - actual).abs().max().item<float>(), scale = expected.abs().max().item<float>();
        Assert.True(error <= 1e-5 * scale, $"error {error:g3} of {scale:g3}");
    }
}
