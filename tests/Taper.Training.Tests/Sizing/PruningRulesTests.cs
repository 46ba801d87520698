using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Sizing;

/// <summary>What each pruning method does, against its paper's equations on small examples.</summary>
public sealed class PruningRulesTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<PepGranularity> Granularities => [.. Enum.GetValues<PepGranularity>()];

    [Fact]
    public void Magnitude_prunes_along_a_cubic()
    {
        Assert.Equal(1, MagnitudeSizer.KeptShare(0.2, 0));
        Assert.Equal(1 - (0.8 * (1 - 0.125)), MagnitudeSizer.KeptShare(0.2, 0.5), 12);
        Assert.Equal(0.2, MagnitudeSizer.KeptShare(0.2, 1), 12);
    }

    [Fact]
    public void DeepLight_prunes_exponentially()
    {
        DeepLightConfig config = new() { Damping = 0.9, DampingSteps = 50 };
        Assert.Equal(1, DeepLightSizer.KeptShare(0.8, 0, config));
        Assert.Equal(1 - (0.8 * (1 - 0.81)), DeepLightSizer.KeptShare(0.8, 100, config), 12);
        Assert.Equal(0.2, DeepLightSizer.KeptShare(0.8, 1e6, config), 12);
    }

    [Fact]
    public void DeepLight_sets_the_smallest_to_zero_from_the_warmup_on_and_lets_them_come_back()
    {
        FrequencyGroups groups = FrequencyGroups.Of([[5, 3]]);
        SizingConfig config = new()
        {
            EmbeddingDim = 2,
            Budget = 0.5,
            Deeplight = new DeepLightConfig { WarmupEpochs = 1, Damping = 0, DampingSteps = 1, StepsBetween = 10 },
        };
        using DeepLightSizer sizer = new(groups, config);
        using EmbeddingTable table = Table(2, 2, 1, -4, 3, 2);
        using SparseOptimizer optimizer = SparseOptimizer.Create("sgd", table, new OptimizerOptions());
        AfterStep(10, 0.9);
        Assert.Equal([1, -4, 3, 2], Values(table));
        AfterStep(15, 1.4);
        Assert.Equal([1, -4, 3, 2], Values(table));
        AfterStep(20, 1.9);
        Assert.Equal([0, -4, 3, 0], Values(table));
        table[0][0] = 5; // steps bring it back
        AfterStep(30, 2.9);
        Assert.Equal([5, -4, 0, 0], Values(table));
        Assert.True(sizer.Elements.IsFull);

        void AfterStep(long steps, double progress)
        {
            optimizer.Steps = steps;
            sizer.AfterStep(table, optimizer, progress);
        }
    }

    [Theory]
    [MemberData(nameof(Granularities))]
    public void Pep_thresholds_softly_with_the_gradients_of_autograd(PepGranularity granularity)
    {
        using var scope = NewDisposeScope();
        using EmbeddingTable table = Table(3, 2, 0.3f, -0.9f, 0.05f, 0.7f, -0.4f, 0.2f);
        using SoftThreshold view = new(3, 2, granularity);
        Tensor s = (arange(view.Shape[0] * view.Shape[1], ScalarType.Float32).view(view.Shape.ToArray()) * 0.3 - 1.5).requires_grad_();
        Tensor g = s.sigmoid();
        view.Set(g);
        int[] rows = [1, 0, 1, 2];
        view.Renew(table, rows);

        Tensor e = tensor(Values(table)).view(3, 2).requires_grad_();
        Tensor seen = e.sign() * (e.abs() - g).relu();
        Assert.Equal(seen.data<float>().ToArray(), Values(view.Seen), (a, b) => Math.Abs(a - b) < 1e-6);

        float[] upstream = [0.5f, -1, 2, 0.25f, -0.75f, 1.5f, 1, 3];
        (seen.index_select(0, tensor(rows).to(ScalarType.Int64)) * tensor(upstream).view(4, 2)).sum().backward();
        using RowGradients gradients = new(3, 2);
        gradients.AddPrefix(new Lookup(rows), default, upstream, 2);
        Tensor ofThresholds = view.Backward(table, [gradients]) * (g * (1 - g)).detach();
        Assert.Equal(s.grad!.data<float>().ToArray(), ofThresholds.contiguous().data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(e.grad![row].data<float>().ToArray(), gradients[gradients.SlotOf(row)].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Pep_is_within_the_budget_once_enough_elements_are_below_their_thresholds()
    {
        SizingConfig config = new() { EmbeddingDim = 2, Budget = 0.5, Pep = new PepConfig { Start = 0, Granularity = PepGranularity.Global } };
        using PepSizer sizer = new(FrequencyGroups.Of([[5, 3]]), config);
        using EmbeddingTable many = Table(2, 2, 1, -0.6f, 0.55f, 0.4f); // thresholds are sigmoid(0) = 0.5
        using EmbeddingTable few = Table(2, 2, 1, -0.6f, 0.45f, 0.4f);
        Assert.False(sizer.IsWithinBudget(many, 20));
        Assert.True(sizer.IsWithinBudget(few, 20));
        Assert.False(sizer.IsWithinBudget(few, 21));
    }

    [Fact]
    public void Sseds_keeps_the_most_salient_dimensions_that_the_budget_allows()
    {
        float[][] saliency = [[0.1f, 0.9f, 0.2f], [0.5f, 0.05f, 0.4f]];
        Assert.Equal([1, 1], SsedsSizer.SizesOf(saliency, [10, 2], 12));
        Assert.Equal([1, 3], SsedsSizer.SizesOf(saliency, [10, 2], 16)); // 0.4; 0.2 does not fit; 0.05
        Assert.Equal([2, 2], SsedsSizer.SizesOf(saliency, [10, 2], 24));
        Assert.Equal([3, 3], SsedsSizer.SizesOf(saliency, [10, 2], 36));
    }

    [Fact]
    public void Sseds_takes_the_gradient_of_a_mask_of_ones_as_finite_differences_give_it()
    {
        RunConfig config = Config("sseds");
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        float[][] saliency = ((SsedsSizer)model.Sizer).Saliency(
            new SizeSearch(model, optimizers, data.Dataset, config.Training, TestContext.Current.CancellationToken));
        for (int vocabulary = 0; vocabulary < saliency.Length; vocabulary++)
        {
            const double step = 0.05;
            double difference = (LossWith(model, config, vocabulary, 1 + step) - LossWith(model, config, vocabulary, 1 - step)) / (2 * step);
            Assert.Equal(Math.Abs(difference), saliency[vocabulary][2], 0.02 * Math.Abs(difference) + 2e-4);
        }
    }

    [Fact]
    public void AutoSrh_puts_values_in_blocks_of_equal_number_by_count()
    {
        FrequencyGroups groups = FrequencyGroups.Of([[9, 7, 7, 1], [8, 2, 2, 1]]);
        int[] blocks = AutoSrhSizer.BlocksOf(groups, 2);
        Assert.Equal([0, 0, 0, 1, 0, 1, 1, 1], Enumerable.Range(0, groups.TableRows).Select(row => blocks[groups.GroupOfRow[row]]));
    }

    [Fact]
    public void AutoSrh_takes_steps_of_normalised_gradients_within_bounds()
    {
        using var scope = NewDisposeScope();
        Tensor alpha = tensor((float[])[1, 0.5f, 0.2f, 0.9f]).view(2, 2);
        AutoSrhSizer.Step(alpha, tensor((float[])[3, 1, -10, -30]).view(2, 2), 0.1);
        Assert.Equal([0.85f, 0.45f, 0.25f, 1], alpha.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void AutoSrh_learns_its_selection_on_held_out_batches_alone()
    {
        RunConfig config = Config("autosrh");
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(128);
        optimizers.StepSizer(batch, 0);
        float[] alpha = Alpha();
        Assert.Contains(alpha, value => value < 1);
        float[] rows = Values(model.Table);
        optimizers.StepSizer(batch, 0);
        Assert.Equal(rows, Values(model.Table));
        alpha = Alpha();
        optimizers.Step(batch, 0);
        Assert.Equal(alpha, Alpha());
        Assert.NotEqual(rows, Values(model.Table));

        float[] Alpha() => model.Sizer.Learned!.parameters().Single().detach().data<float>().ToArray();
    }

    private static RunConfig Config(string method) => new()
    {
        Network = new NetworkConfig { HiddenUnits = [12] },
        Sizing = new SizingConfig { Method = method, EmbeddingDim = 5, Budget = 0.5 },
        Training = new TrainingConfig { BatchSize = 128, Threads = 1, EmbeddingDeviation = 1 },
    };

    /// <summary>Σ over the training batches of the mean loss, with one dimension of a vocabulary scaled.</summary>
    private double LossWith(CtrModel model, RunConfig config, int vocabulary, double factor)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Vocabulary scaled = data.Dataset.Vocabularies[vocabulary];
        Scale(factor);
        Examples examples = data.Dataset.Split("train");
        double loss = 0;
        foreach (Batch batch in new BatchReader(data.Dataset, examples, config.Training.BatchSize).Read(ExampleOrder.Sequential(examples.Count)))
        {
            loss += model.Loss(batch, null).item<float>();
        }

        Scale(1 / factor);
        return loss;

        void Scale(double by)
        {
            for (int row = scaled.FirstRow; row < scaled.FirstRow + scaled.Size; row++)
            {
                model.Table[row][2] *= (float)by;
            }
        }
    }

    private static EmbeddingTable Table(int rows, int dimension, params ReadOnlySpan<float> values)
    {
        EmbeddingTable table = new(rows, dimension);
        for (int row = 0; row < rows; row++)
        {
            values.Slice(row * dimension, dimension).CopyTo(table[row]);
        }

        return table;
    }

    private static float[] Values(EmbeddingTable table) => [.. Enumerable.Range(0, table.Rows).SelectMany(row => table[row].ToArray())];
}
