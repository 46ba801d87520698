using Taper.Cluster.Workers;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Runs;
using Taper.Training.Tests;
using static TorchSharp.torch;

namespace Taper.Cluster.Tests.Workers;

public sealed class ReplicaTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    [Theory]
    [InlineData("fixed", "dnn")]
    [InlineData("amtl", "deepfm")]
    [InlineData("single_aml", "dcn_v2")]
    public void First_values_are_those_of_the_model_in_one_process(string method, string network)
    {
        RunConfig config = Configs.Of(method, network);
        config = config with { Sizing = config.Sizing with { Start = "random" } };
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using Replica replica = Replica.Create(config, ModelShape.Of(data.Dataset, method));
        Assert.Equal(Values(model.Network), Values(replica.Network));
        Assert.Equal(model.Sizer.Learned is { } learned ? Values(learned) : [], replica.Sizer.Learned is { } own ? Values(own) : []);
        Assert.Equal(model.Sizer.Sizes, replica.Sizer.Sizes);
    }

    [Fact]
    public async Task Replicas_that_are_made_side_by_side_are_alike()
    {
        const int Replicas = 6;
        RunConfig config = Configs.Of("fixed") with { Network = new NetworkConfig { HiddenUnits = [256, 256] } };
        ModelShape shape = ModelShape.Of(data.Dataset, "fixed");
        using var start = new Barrier(Replicas);
        float[][] values = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                using Replica replica = Replica.Create(config, shape);
                return Values(replica.Network);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.All(values, own => Assert.Equal(values[0], own));
    }

    [Fact]
    public void A_step_with_others_gradients_is_taken_without_own_ones()
    {
        using Replica replica = Replica.Create(Configs.Of("fixed"), ModelShape.Of(data.Dataset, "fixed"));
        using Replica idle = Replica.Create(Configs.Of("fixed"), ModelShape.Of(data.Dataset, "fixed"));
        float[] gradients = [.. Enumerable.Range(0, replica.DenseLength).Select(i => MathF.Sin(i))];
        using (NewDisposeScope())
        {
            foreach (TorchSharp.Modules.Parameter parameter in replica.Network.parameters())
            {
                parameter.grad = ones(parameter.shape);
            }

            idle.ForgetGradients();
            float[] none = new float[idle.DenseLength];
            none.AsSpan().Fill(1);
            idle.CopyGradientsTo(none);
            Assert.All(none, gradient => Assert.Equal(0, gradient));
            replica.StepNetwork(gradients);
            idle.StepNetwork(gradients);
        }

        Assert.Equal(Values(replica.Network), Values(idle.Network));
        Assert.Equal([1], idle.Steps);
    }

    private static float[] Values(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return [.. module.parameters().SelectMany(parameter => parameter.detach().contiguous().Floats().ToArray())];
    }
}
