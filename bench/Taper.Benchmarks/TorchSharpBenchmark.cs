using Taper.Data;
using Taper.Training;
using Taper.Training.Natives;
using Taper.Training.Networks;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Benchmarks;

/// <summary>
/// Samples per second over the same model, rows and batches as people write it in TorchSharp: nn.Embedding with dense
/// Adam; nn.Embedding with sparse gradients and SGD; unique rows and Adagrad by hand.
/// </summary>
internal static class TorchSharpBenchmark
{
    private const int Rounds = 30;

    public static Figures Run()
    {
        Libtorch.Prepare(ReferenceShape.Threads);
        Batch[] batches = ReferenceShape.Batches(16, 2);
        using CtrModel fixedModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("fixed"));
        using CtrModel amtlModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using ModelOptimizers fixedStep = new(fixedModel, ReferenceShape.Config("fixed").Training);
        using ModelOptimizers amtlStep = new(amtlModel, ReferenceShape.Config("amtl").Training);
        using PlainModel denseAdam = new EmbeddingModel(sparse: false, rows => optim.Adam(rows, 1e-3));
        using PlainModel sparseSgd = new EmbeddingModel(sparse: true, rows => optim.SGD(rows, 0.01));
        using PlainModel rowAdagrad = new RowAdagradModel();
        double[] times = Timing.Medians(
            Rounds,
            turn => fixedStep.Step(batches[turn % batches.Length], 0.1),
            turn => amtlStep.Step(batches[turn % batches.Length], 0.1),
            turn => denseAdam.Step(batches[turn % batches.Length]),
            turn => sparseSgd.Step(batches[turn % batches.Length]),
            turn => rowAdagrad.Step(batches[turn % batches.Length]));
        double Speed(int side) => 1000 * ReferenceShape.BatchSize / times[side];
        Figures figures = new();
        figures.Add("fixedSamplesPerSecond", Speed(0), "Taper, fixed size, Adagrad");
        figures.Add("amtlSamplesPerSecond", Speed(1), "Taper, AMTL learning sizes, Adagrad");
        figures.Add("denseAdamSamplesPerSecond", Speed(2), "TorchSharp, nn.Embedding, Adam over everything");
        figures.Add("sparseSgdSamplesPerSecond", Speed(3), "TorchSharp, nn.Embedding(sparse), SGD on the rows");
        figures.Add("rowAdagradSamplesPerSecond", Speed(4), "TorchSharp, unique rows and Adagrad by hand");
        figures.Add("overDenseAdam", Speed(0) / Speed(2), "at least 2.2 is the aim");
        figures.Add("overBestSparse", Speed(0) / Math.Max(Speed(3), Speed(4)), "at least 1.1 is the aim");
        figures.Add("amtlOverBestSparse", Speed(1) / Math.Max(Speed(3), Speed(4)), "");
        return figures;
    }

    private abstract class PlainModel : IDisposable
    {
        private readonly CtrNetwork _network;
        private readonly TorchSharp.Modules.Adam _adam;

        protected PlainModel()
        {
            RunConfig config = ReferenceShape.Config("fixed");
            _network = CtrNetwork.Create(config.Network, new NetworkShape(ReferenceShape.Fields, ReferenceShape.Dimension, 0));
            _adam = optim.Adam(_network.parameters(), config.Training.LearningRate);
        }

        public float Step(Batch batch)
        {
            using var scope = NewDisposeScope();
            _adam.zero_grad();
            Tensor embeddings = Lookup(Rows(batch)).view(batch.Count, -1);
            Tensor logits = _network.forward(new NetworkInput(embeddings, null, null));
            Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits, tensor(batch.Labels.ToArray()));
            loss.backward();
            _adam.step();
            Update();
            return loss.item<float>();
        }

        public virtual void Dispose()
        {
            _adam.Dispose();
            _network.Dispose();
        }

        /// <summary>[batch × fields] → [batch × fields × D].</summary>
        protected abstract Tensor Lookup(Tensor rows);

        protected abstract void Update();

        private static Tensor Rows(Batch batch)
        {
            long[] rows = new long[batch.Count * ReferenceShape.Fields];
            for (int f = 0; f < ReferenceShape.Fields; f++)
            {
                ReadOnlySpan<int> column = batch.Rows(f);
                for (int i = 0; i < batch.Count; i++)
                {
                    rows[(i * ReferenceShape.Fields) + f] = column[i];
                }
            }

            return from_array(rows).view(batch.Count, ReferenceShape.Fields);
        }
    }

    /// <summary>nn.Embedding, with dense or sparse gradients and the optimizer that goes with them.</summary>
    private sealed class EmbeddingModel(bool sparse, Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> optimizerOf) : PlainModel
    {
        private readonly TorchSharp.Modules.Embedding _table = nn.Embedding(ReferenceShape.TableRows, ReferenceShape.Dimension, sparse: sparse);
        private optim.Optimizer? _optimizer;

        private optim.Optimizer Optimizer => _optimizer ??= optimizerOf(_table.parameters());

        public override void Dispose()
        {
            _optimizer?.Dispose();
            _table.Dispose();
            base.Dispose();
        }

        protected override Tensor Lookup(Tensor rows)
        {
            Optimizer.zero_grad();
            return _table.forward(rows);
        }

        protected override void Update() => Optimizer.step();
    }

    private sealed class RowAdagradModel : PlainModel
    {
        private readonly Tensor _weights = randn(ReferenceShape.TableRows, ReferenceShape.Dimension) * 0.01;
        private readonly Tensor _squares = zeros(ReferenceShape.TableRows, ReferenceShape.Dimension);
        private Tensor? _rows;
        private Tensor? _values;

        public override void Dispose()
        {
            _weights.Dispose();
            _squares.Dispose();
            base.Dispose();
        }

        protected override Tensor Lookup(Tensor rows)
        {
            (_rows, Tensor? inverse, _) = rows.view(-1).unique(sorted: true, return_inverse: true);
            _values = _weights.index_select(0, _rows).requires_grad_();
            return _values.index_select(0, inverse!.view(-1)).view(rows.shape[0], -1);
        }

        protected override void Update()
        {
            using var noGradient = no_grad();
            Tensor gradient = _values!.grad!;
            Tensor squares = _squares.index_select(0, _rows!) + gradient.square();
            _squares.index_copy_(0, _rows!, squares);
            _weights.index_copy_(0, _rows!, _values - (0.01 * gradient / (squares.sqrt() + 1e-10)));
        }
    }
}
