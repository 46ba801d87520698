using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Adam's rule (Kingma and Ba, ICLR 2015) for one row at step t, in the order of torch.optim.Adam: m ← m + (1 − β1)(g − m);
/// v ← β2 v + (1 − β2) g²; e ← e − η / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε), with λ · e added to g first.
/// </summary>
internal readonly unsafe struct AdamRule : IRowUpdate
{
    private readonly float* firstMoments;
    private readonly float* secondMoments;
    private readonly int dimension;
    private readonly AdamFactors factors;

    public AdamRule(SparseOptimizer optimizer, OptimizerOptions options, int dimension)
    {
        firstMoments = optimizer.States[0].Pointer;
        secondMoments = optimizer.States[1].Pointer;
        this.dimension = dimension;
        factors = new AdamFactors
        {
            Rate = (float)(optimizer.LearningRate / (1 - Math.Pow(options.Beta1, optimizer.Steps))),
            L2 = optimizer.L2,
            FirstGain = (float)(1 - options.Beta1),
            SecondDecay = (float)options.Beta2,
            SecondGain = (float)(1 - options.Beta2),
            SecondCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, optimizer.Steps))),
            Epsilon = options.Epsilon ?? 1e-8f,
        };
    }

    public static OptimizerState[] NewStates(EmbeddingTable table) =>
    [
        OptimizerState.OfNumbers("first_moment", table),
        OptimizerState.OfNumbers("second_moment", table),
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AskAhead<TLayout>(TLayout layout, ReadOnlySpan<int> rows, int i)
        where TLayout : struct, IRowLayout
    {
        layout.AskAhead(firstMoments, rows, i);
        layout.AskAhead(secondMoments, rows, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TWidth>(float* weights, float* gradient, RowPlace place)
        where TWidth : struct, IWidth =>
        Elementwise.Run<TWidth, Work>(
            new Work(weights, gradient, firstMoments + place.Start, secondMoments + place.Start, factors), place.Size, dimension);

    private struct AdamFactors
    {
        public float Rate;
        public float L2;
        public float FirstGain;
        public float SecondDecay;
        public float SecondGain;
        public float SecondCorrection;
        public float Epsilon;
    }

    private readonly struct Work(float* weights, float* gradient, float* first, float* second, AdamFactors factors) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes>(int offset, int kept)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes w = TLanes.Load(weights + offset);
            TLanes g = TLanes.Load(gradient + offset) + (TLanes.Broadcast(factors.L2) * w);
            TLanes m = TLanes.Load(first + offset);
            m += TLanes.Broadcast(factors.FirstGain) * (g - m);
            m.StoreFirst(first + offset, kept);
            TLanes v = (TLanes.Broadcast(factors.SecondDecay) * TLanes.Load(second + offset))
                + (TLanes.Broadcast(factors.SecondGain) * g * g);
            v.StoreFirst(second + offset, kept);
            TLanes divisor = (TLanes.SquareRoot(v) * TLanes.Broadcast(factors.SecondCorrection))
                + TLanes.Broadcast(factors.Epsilon);
            (w - (TLanes.Broadcast(factors.Rate) * m / divisor)).StoreFirst(weights + offset, kept);
        }
    }
}
