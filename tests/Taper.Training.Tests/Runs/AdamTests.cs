using Taper.Training.Layers;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Runs;

public sealed class AdamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void Steps_as_torch_optim_Adam(double l2)
    {
        using TorchSharp.Modules.Sequential ours = Network(), theirs = Network();
        using var adam = new Adam(ours, 0.01, l2);
        using TorchSharp.Modules.Adam reference = optim.Adam(theirs.parameters(), 0.01, weight_decay: l2);
        for (int step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            Tensor input = randn(8, 5, generator: new Generator((ulong)step));
            adam.ForgetGradients();
            reference.zero_grad();
            ours.forward(input).square().mean().backward();
            theirs.forward(input).square().mean().backward();
            adam.Step();
            reference.step();
        }

        foreach ((TorchSharp.Modules.Parameter mine, TorchSharp.Modules.Parameter torchs) in ours.parameters().Zip(theirs.parameters()))
        {
            Assert.True(mine.allclose(torchs, rtol: 1e-4, atol: 1e-6));
        }
    }

    [Fact]
    public void Is_the_same_in_memory_and_by_tensor_operations()
    {
        using var scope = NewDisposeScope();
        var rule = new Adam.Rule(Rate: 0.1f, SecondCorrection: 1.5f, L2: 0.01f);
        Tensor[] memory = [.. Enumerable.Range(0, 4).Select(i => rand(37, generator: new Generator((ulong)i)))];
        Tensor[] tensors = [.. memory.Select(t => t.clone())];
        rule.Apply(memory[0].Floats(), memory[1].Floats(), memory[2].Floats(), memory[3].Floats());
        rule.Apply(tensors[0], tensors[1], tensors[2], tensors[3]);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(memory[i].allclose(tensors[i], rtol: 1e-5, atol: 1e-6), $"tensor {i}");
        }
    }

    [Fact]
    public void Leaves_a_parameter_without_a_gradient_alone()
    {
        using TorchSharp.Modules.Sequential network = Network();
        using Tensor before = network.parameters().First().detach().clone();
        using var adam = new Adam(network, 0.01, 0);
        adam.Step();
        Assert.True(network.parameters().First().equal(before).all().item<bool>());
    }

    private static TorchSharp.Modules.Sequential Network()
    {
        manual_seed(3);
        return nn.Sequential(nn.Linear(5, 33), nn.ReLU(), nn.Linear(33, 1));
    }
}
