using Taper.Data;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Natives;
using Taper.Training.Networks;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Benchmarks;

/// <summary>
/// A whole training step (gather, network, loss, backward, all updates) over a step of the dense network alone, which is
/// fed a ready buffer and gives the gradient of its input, as any network over embeddings has to.
/// </summary>
internal static class StepBenchmark
{
    private const int Rounds = 60;

    public static Figures Run()
    {
        Libtorch.Prepare(ReferenceShape.Threads);
        Batch[] batches = ReferenceShape.Batches(24, 1);
        using CtrModel fixedModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("fixed"));
        using CtrModel amtlModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using CtrModel frozenModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using CtrModel wholeModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using ModelOptimizers fixedStep = new(fixedModel, ReferenceShape.Config("fixed").Training);
        using ModelOptimizers amtlStep = new(amtlModel, ReferenceShape.Config("amtl").Training);
        using ModelOptimizers frozenStep = new(frozenModel, ReferenceShape.Config("amtl").Training);
        using ModelOptimizers wholeStep = new(wholeModel, ReferenceShape.Config("amtl").Training);
        using CtrModel taughtModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using ModelOptimizers taughtStep = new(taughtModel, ReferenceShape.Config("amtl").Training);
        ExampleScale.Freeze(taughtModel, taughtStep);
        using Teacher teacher = new(CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("fixed")), 0.5);
        taughtStep.Teacher = teacher;
        ExampleScale.Freeze(frozenModel, frozenStep);
        using (NewDisposeScope())
        {
            wholeModel.Sizer.Mask(0);
        }

        wholeModel.Sizer.Freeze();
        using DenseStep dense = new();
        double[] times = Timing.Medians(
            Rounds,
            turn => dense.Run(batches[turn % batches.Length]),
            turn => fixedStep.Step(batches[turn % batches.Length], 0.1),
            turn => amtlStep.Step(batches[turn % batches.Length], 0.1),
            turn => frozenStep.Step(batches[turn % batches.Length], 0.1),
            turn => wholeStep.Step(batches[turn % batches.Length], 0.1),
            turn => taughtStep.Step(batches[turn % batches.Length], 0.1));
        Figures figures = new();
        figures.Add("denseMilliseconds", times[0], "the network alone: forward, backward, Adam");
        figures.Add("fixedMilliseconds", times[1], "a step at fixed size");
        figures.Add("amtlMilliseconds", times[2], "a step of AMTL while it learns sizes, budget 0.25");
        figures.Add("frozenMilliseconds", times[3], "a step of AMTL with frozen sizes, budget 0.25, compact");
        figures.Add("frozenWholeMilliseconds", times[4], "the same in whole rows");
        figures.Add("taughtMilliseconds", times[5], "a step of taper once sizes are measured: compact, beside its full-size teacher");
        figures.Add("fixedOverDense", times[1] / times[0], "at most 1.15 is the aim");
        figures.Add("amtlOverDense", times[2] / times[0], "at most 1.20 is the aim");
        figures.Add("amtlOverFixed", times[2] / times[1], "at most 1.3 is the aim");
        figures.Add("taughtOverFixed", times[5] / times[1], "");
        figures.Add("frozenOverDense", times[3] / times[0], "");
        figures.Add("frozenOverWhole", times[3] / times[4], "compact over whole rows");
        figures.Add("groups", amtlModel.Sizer.Groups.Count, "frequency groups, for each of which a mask is computed");
        return figures;
    }

    private sealed class DenseStep : IDisposable
    {
        private readonly CtrNetwork _network;
        private readonly Adam _adam;
        private readonly Tensor _input;

        public DenseStep()
        {
            RunConfig config = ReferenceShape.Config("fixed");
            _network = CtrNetwork.Create(config.Network, new NetworkShape(ReferenceShape.Fields, ReferenceShape.Dimension, 0));
            _adam = new Adam(_network, config.Training.LearningRate, 0);
            _input = randn(ReferenceShape.BatchSize, ReferenceShape.Fields * ReferenceShape.Dimension);
        }

        public void Run(Batch batch)
        {
            using var scope = NewDisposeScope();
            _adam.ForgetGradients();
            Tensor logits = _network.forward(new NetworkInput(_input.detach().requires_grad_(), null, null));
            Tensor labels = TensorMemory.ToTensor(batch.Labels, batch.Count);
            nn.functional.binary_cross_entropy_with_logits(logits, labels).backward();
            _adam.Step();
        }

        public void Dispose()
        {
            _adam.Dispose();
            _network.Dispose();
            _input.Dispose();
        }
    }
}
