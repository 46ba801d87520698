using CsCheck;
using Taper.Configuration;
using Taper.Data;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Sizing;

public sealed class CandidateSizerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private static readonly int[] Candidates = [1, 2, 4, 8];

    [Fact]
    public void Autodim_mixes_prefixes_of_a_vocabulary_by_gumbel_softmax()
    {
        using var scope = NewDisposeScope();
        using Sizer sizer = Sizer.Create(Config("autodim"), FrequencyGroups.Of([[9, 5, 5, 1], [7, 7]]));
        Tensor alpha = sizer.Learned!.get_parameter("alpha")!;
        using (no_grad())
        {
            alpha.copy_(tensor(new float[,] { { 0.5f, -1, 2, 0 }, { 0, 0.1f, 0.2f, 3 } }));
        }

        manual_seed(11);
        Tensor mask = sizer.Mask(1)!; // half way: a temperature of 0.55
        manual_seed(11);
        double[] uniform = [.. rand(2, 4).data<float>().Select(u => (double)u)];
        for (int v = 0; v < 2; v++)
        {
            double[] a = [.. alpha[v].data<float>().Select(x => (double)x)];
            double[] weights = [.. a.Select((x, c) => Math.Exp((x - Math.Log(a.Sum(Math.Exp)) - Math.Log(-Math.Log(uniform[(v * 4) + c]))) / 0.55))];
            for (int j = 0; j < 8; j++)
            {
                double expected = weights.Where((_, c) => Candidates[c] > j).Sum() / weights.Sum();
                Assert.Equal(expected, mask[v, j].item<float>(), 1e-4);
            }
        }
    }

    [Fact]
    public void Autoemb_mixes_by_popularity()
    {
        using var scope = NewDisposeScope();
        FrequencyGroups groups = FrequencyGroups.Of([[9, 5, 5, 1], [7, 7]]);
        using Sizer sizer = Sizer.Create(Config("autoemb"), groups);
        Tensor mask = sizer.Mask(0)!;
        Assert.Equal([groups.Count, 8L], mask.shape);
        Assert.All(Enumerable.Range(0, groups.Count), g => Assert.Equal(1, mask[g, 0].item<float>(), 1e-5)); // every candidate keeps the first
        for (int j = 1; j < 8; j++)
        {
            bool same = Candidates.Contains(j); // a candidate ends here
            Assert.All(Enumerable.Range(0, groups.Count), g => Assert.Equal(!same, mask[g, j].Equals(mask[g, j - 1])));
        }
    }

    [Theory]
    [InlineData("autodim")]
    [InlineData("autoemb")]
    public void Training_batches_move_the_weights_and_held_out_batches_the_sizer(string method)
    {
        RunConfig config = new()
        {
            Network = new NetworkConfig { HiddenUnits = [6] },
            Sizing = Config(method),
            Training = new TrainingConfig { LearningRate = 0.05, Threads = 1 },
        };
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(64);
        (float[] Weights, float[] Sizer) start = State(model);
        optimizers.Step(batch, 0);
        (float[] Weights, float[] Sizer) trained = State(model);
        Assert.NotEqual(start.Weights, trained.Weights);
        Assert.Equal(start.Sizer, trained.Sizer);
        optimizers.StepSizer(batch, 0);
        (float[] Weights, float[] Sizer) searched = State(model);
        Assert.Equal(trained.Weights, searched.Weights);
        Assert.NotEqual(trained.Sizer, searched.Sizer);
    }

    [Fact]
    public void A_step_has_its_held_out_batch_wherever_reading_begins()
    {
        TrainingConfig config = new() { BatchSize = 64, Seed = 3 };
        using HeldOutBatches whole = new(data.Dataset, config);
        for (long step = 0; step < 12; step++)
        {
            using HeldOutBatches resumed = new(data.Dataset, config);
            Assert.Equal(whole.At(step).Rows(0).ToArray(), resumed.At(step).Rows(0).ToArray());
        }
    }

    [Fact]
    public void The_price_gives_each_group_its_best_candidate_within_the_limit() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 12], Gen.Float[-3, 0].Array[48], Gen.Double[1, 8]).Sample((rows, all, mean) =>
        {
            float[] scores = all[..(4 * rows.Length)];
            long limit = (long)(mean * rows.Sum());
            byte[] sizes = new PricedChoice(Candidates, rows).Choose(scores, limit);
            long left = limit - sizes.Select((size, g) => (long)size * rows[g]).Sum();
            Assert.True(left >= 0);
            for (int g = 0; g < rows.Length; g++)
            {
                int choice = Array.IndexOf(Candidates, sizes[g]);
                Assert.True(choice == 3 || (long)rows[g] * (Candidates[choice + 1] - sizes[g]) > left);
            }
        });

    [Theory]
    [InlineData(new[] { 2, 4 }, 0.2, "sizing.budget")]
    [InlineData(new[] { 4, 2 }, 0.5, "sizing.autodim.candidates")]
    [InlineData(new[] { 4, 9 }, 0.5, "sizing.autodim.candidates")]
    public void Candidates_that_do_not_fit_are_refused(int[] candidates, double budget, string key)
    {
        SizingConfig config = Config("autodim") with { Budget = budget, Autodim = new AutodimConfig { Candidates = candidates } };
        Assert.StartsWith(key, Assert.Throws<ConfigException>(() => Sizer.Create(config, FrequencyGroups.Of([[3, 2, 1]]))).Message, StringComparison.Ordinal);
        Assert.Contains("freeze_epoch", Assert.Throws<ConfigException>(() => Sizer.Create(config with { FreezeEpoch = null }, FrequencyGroups.Of([[3, 2, 1]]))).Message, StringComparison.Ordinal);
    }

    private static SizingConfig Config(string method) => new() { Method = method, EmbeddingDim = 8, Budget = 0.4, FreezeEpoch = 2 };

    private static (float[] Weights, float[] Sizer) State(CtrModel model) => (
        [.. Enumerable.Range(0, model.Table.Rows).SelectMany(row => model.Table[row].ToArray()), .. Numbers(model.Network)],
        [.. Numbers(model.Sizer.Learned!)]);

    private static IEnumerable<float> Numbers(nn.Module module) => module.parameters().SelectMany(weight => weight.data<float>().ToArray());
}
