using System.Globalization;
using Taper.Data;
using Taper.Training;
using Taper.Training.Networks;
using static TorchSharp.torch;

namespace Taper.Benchmarks;

/// <summary>
/// The reference shape as people write it in TorchSharp: nn.Embedding with dense Adam; nn.Embedding with sparse gradients
/// and SGD; unique rows and Adagrad by hand. A process that takes a step for each line on its standard input.
/// </summary>
internal static class PlainTorchSharp
{
    /// <summary>The argument that makes the benchmarks' program this process.</summary>
    public const string Argument = "plain-torchsharp";

    public const string Ready = "ready";

    public const string Done = "done";

    /// <summary>The ways of writing it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["denseAdam", "sparseSgd", "rowAdagrad"];

    /// <summary>Lines are a name and the number of a turn; ends with the input.</summary>
    public static int Serve()
    {
        set_num_threads(ReferenceShape.Threads);
        Batch[] batches = ReferenceShape.Batches(16, 2);
        using PlainModel denseAdam = new EmbeddingModel(sparse: false, rows => optim.Adam(rows, 1e-3));
        using PlainModel sparseSgd = new EmbeddingModel(sparse: true, rows => optim.SGD(rows, 0.01));
        using PlainModel rowAdagrad = new RowAdagradModel();
        PlainModel[] models = [denseAdam, sparseSgd, rowAdagrad];
        Console.WriteLine(Ready);
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            models[Names.ToList().IndexOf(words[0])].Step(batches[int.Parse(words[1], CultureInfo.InvariantCulture) % batches.Length]);
            Console.WriteLine(Done);
        }

        return 0;
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
