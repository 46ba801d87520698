using CsCheck;
using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Layers;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Sizing;

public sealed class OptembedSizerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const int Dimension = 6;

    [Fact]
    public void Gradients_of_rows_and_thresholds_equal_plain_autograd()
    {
        using var scope = NewDisposeScope();
        Dataset dataset = data.Dataset;
        List<string> vocabularies = [.. dataset.Vocabularies.Select(v => v.Name)];
        List<(EmbeddedField Field, int Place)> fields = [.. dataset.Fields.Where(f => f.HasEmbedding)
            .Select((f, place) => (new EmbeddedField(vocabularies.IndexOf(f.Vocabulary), f.Pooling), place)).Where(f => data.FirstBatch(1).Offsets(f.place).IsEmpty)];
        using Sizer sizer = Sizer.Create(Config, Sizer.GroupsOf("optembed", dataset));
        using EmbeddingTable table = new(dataset.TableRows + vocabularies.Count, Dimension);
        table.FillNormal(0.3, 3); // norms on both sides of the thresholds
        sizer.Attach(table);
        using EmbeddingLayer layer = new(table, sizer, [.. fields.Select(f => f.Field)]);
        Tensor thresholds = sizer.Learned!.get_parameter("thresholds")!;
        using (no_grad())
        {
            thresholds.copy_(linspace(1, 2, vocabularies.Count));
        }

        Batch batch = data.FirstBatch(48);
        manual_seed(7);
        Assert.Null(sizer.Mask(0));
        Tensor output = layer.Forward(batch, null);
        manual_seed(7);
        int[] drawn = [.. randint(1, Dimension + 1, [vocabularies.Count], ScalarType.Int32).data<int>()];
        Tensor rows = stack([.. Enumerable.Range(0, dataset.TableRows).Select(row => tensor(table[row].ToArray()))]).requires_grad_();
        Tensor t = thresholds.detach().clone().requires_grad_();
        Tensor expected = Plain(batch, rows, t, drawn, fields, sizer.Groups);
        Assert.True((output - expected).abs().max().item<float>() < 1e-5);
        Assert.Contains(0, sizer.Sizes.ToArray().Select(size => (int)size));

        Loss(output).backward();
        sizer.LearnFrom(layer.Gradients);
        (Loss(expected) + (Config.Optembed.Alpha * (-t).exp().sum())).backward();
        Assert.True((thresholds.grad! - t.grad!).abs().max().item<float>() < 1e-4);
        Assert.True((Dense(layer) - rows.grad!).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void The_step_has_the_papers_long_tailed_derivative() =>
        Assert.Equal([0, 0.4f, 0.4f, 1, 2, 1, 0.4f, 0.4f, 0], new[] { -1.1f, -1, -0.41f, -0.25f, 0, 0.25f, 0.41f, 1, 1.1f }.Select(OptembedSizer.SlopeOfStep));

    [Fact]
    public void Candidates_use_the_limit() =>
        Gen.Select(Gen.Long[0, 50].Array[1, 8], Gen.Double[0, 1], Gen.Int).Sample((rows, share, seed) =>
        {
            long limit = rows.Sum() + (long)(share * rows.Sum() * (Dimension - 1));
            SizeEvolution evolution = new(rows, Dimension, limit, new OptembedConfig(), new Random(seed));
            Random random = new(seed + 1);
            int[] sizes = evolution.Fitting([.. rows.Select(_ => random.Next(1, Dimension + 1))]);
            long left = limit - sizes.Select((size, v) => size * rows[v]).Sum();
            Assert.True(left >= 0);
            Assert.All(Enumerable.Range(0, rows.Length), v => Assert.True(sizes[v] == Dimension || rows[v] > left));
        });

    [Fact]
    public void Evolution_finds_the_best_sizes_of_a_small_problem()
    {
        long[] rows = [30, 20, 10];
        int[] wanted = [1, 2, 5];
        SizeEvolution evolution = new(rows, Dimension, 120, new OptembedConfig(), new Random(1));
        int measured = 0;
        int[] best = evolution.Best(sizes =>
        {
            measured++;
            return -sizes.Zip(wanted, (a, b) => Math.Abs(a - b)).Sum();
        });
        Assert.Equal(wanted, best);
        Assert.InRange(measured, 1, 200);
    }

    [Fact]
    public void Rows_that_do_not_fit_the_budget_are_said_so()
    {
        using Sizer sizer = Sizer.Create(Config with { Budget = 0.18, EmbeddingDim = 5 }, FrequencyGroups.OfEachValue([new long[400]]));
        using EmbeddingTable table = new(401, 5);
        table.FillNormal(1, 1);
        sizer.Attach(table);
        Assert.Contains("sizing.optembed.alpha", Assert.Throws<Taper.Training.Runs.TrainingException>(() => sizer.Decide(null!)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => Sizer.Create(Config, FrequencyGroups.Of([[1, 2]])));
    }

    private static SizingConfig Config => new() { Method = "optembed", EmbeddingDim = Dimension, Budget = 0.4 };

    /// <summary>The paper's supernet: m_e ⊙ S(‖e‖₁ − t) e, fields of one value an example.</summary>
    private static Tensor Plain(
        Batch batch, Tensor rows, Tensor t, int[] drawn, List<(EmbeddedField Field, int Place)> fields, FrequencyGroups groups)
    {
        Tensor x = rows.abs().sum(1) - t.index_select(0, tensor([.. groups.Vocabularies.ToArray().Select(v => (long)v)]));
        Tensor a = x.abs();
        Tensor soft = where(a.le(0.4), (2 * x) - (2 * x * a), where(a.le(1), 0.4 * x, zeros_like(x)));
        Tensor step = x.gt(0).to(ScalarType.Float32) + (soft - soft.detach());
        Tensor prefixes = stack([.. groups.Vocabularies.ToArray().Select(v => arange(Dimension).lt(drawn[v]).to(ScalarType.Float32))]);
        Tensor kept = rows * prefixes * step.unsqueeze(1);
        return cat([.. fields.Select(f => kept.index_select(0, tensor([.. batch.Rows(f.Place).ToArray().Select(row => (long)row)])))], 1);
    }

    private static Tensor Loss(Tensor output)
    {
        Tensor weights = (arange(output.numel(), ScalarType.Float32) * 0.37).sin().view_as(output);
        return (output * weights).sum() + (0.5 * output.square().sum());
    }

    private static Tensor Dense(EmbeddingLayer layer)
    {
        float[,] dense = new float[layer.Sizer.Groups.TableRows, Dimension];
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
}
