using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Adagrad (Duchi et al., JMLR 2011) over the rows of the batch: s ← s + g²; e ← e − η · g / (√s + ε), with λ · e added
/// to g first. As torch.optim.Adagrad.
/// </summary>
internal sealed unsafe class Adagrad : SparseOptimizer
{
    public const string Key = "adagrad";

    internal const float DefaultEpsilon = 1e-10f;

    private readonly float epsilon;

    public Adagrad(EmbeddingTable table, OptimizerOptions options)
        : base(table, options, OptimizerState.OfNumbers("sum_of_squares", table))
    {
        epsilon = options.Epsilon ?? DefaultEpsilon;
        States[0].Fill(options.InitialAccumulator);
    }

    public override string Name => Key;

    private protected override void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes) =>
        RowUpdates.Touched<TWidth, Rule>(
            table, gradients, sizes, new Rule(States[0].Pointer, table.Dimension, LearningRate, L2, epsilon));

    private readonly struct Rule(float* sums, int dimension, float rate, float l2, float epsilon) : IRowUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AskAhead<TLayout>(TLayout layout, ReadOnlySpan<int> rows, int i)
            where TLayout : struct, IRowLayout => layout.AskAhead(sums, rows, i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TWidth>(float* weights, float* gradient, RowPlace place)
            where TWidth : struct, IWidth =>
            Elementwise.Run<TWidth, Work>(new Work(weights, gradient, sums + place.Start, rate, l2, epsilon), place.Size, dimension);
    }

    private readonly struct Work(
        float* weights, float* gradient, float* sums, float rate, float l2, float epsilon) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes>(int offset, int kept)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes w = TLanes.Load(weights + offset);
            TLanes g = TLanes.Load(gradient + offset) + (TLanes.Broadcast(l2) * w);
            TLanes s = TLanes.Load(sums + offset) + (g * g);
            s.StoreFirst(sums + offset, kept);
            TLanes divisor = TLanes.SquareRoot(s) + TLanes.Broadcast(epsilon);
            (w - (TLanes.Broadcast(rate) * g / divisor)).StoreFirst(weights + offset, kept);
        }
    }
}
