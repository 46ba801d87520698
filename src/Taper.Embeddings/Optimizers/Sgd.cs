using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>Stochastic gradient descent over the rows of the batch: e ← e − η · (g + λ · e).</summary>
internal sealed unsafe class Sgd(EmbeddingTable table, OptimizerOptions options) : SparseOptimizer(table, options)
{
    public const string Key = "sgd";

    public override string Name => Key;

    private protected override void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes) =>
        RowUpdates.Touched<TWidth, Rule>(table, gradients, sizes, new Rule(table.Dimension, LearningRate, L2));

    private readonly struct Rule(int dimension, float rate, float l2) : IRowUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AskAhead<TLayout>(TLayout layout, ReadOnlySpan<int> rows, int i)
            where TLayout : struct, IRowLayout
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TWidth>(float* weights, float* gradient, RowPlace place)
            where TWidth : struct, IWidth =>
            Elementwise.Run<TWidth, Work>(new Work(weights, gradient, rate, l2), place.Size, dimension);
    }

    private readonly struct Work(float* weights, float* gradient, float rate, float l2) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes>(int offset, int kept)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes w = TLanes.Load(weights + offset);
            TLanes g = TLanes.Load(gradient + offset) + (TLanes.Broadcast(l2) * w);
            (w - (TLanes.Broadcast(rate) * g)).StoreFirst(weights + offset, kept);
        }
    }
}
