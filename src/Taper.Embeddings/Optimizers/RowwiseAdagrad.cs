using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Adagrad with one number of state per row: s ← s + mean of g² over the kept dimensions; e ← e − η / (√s + ε) · g, with
/// λ · e added to g first. As FBGEMM's EXACT_ROWWISE_ADAGRAD, with the mean over the kept prefix.
/// </summary>
internal sealed unsafe class RowwiseAdagrad : SparseOptimizer
{
    public const string Key = "rowwise_adagrad";

    private readonly float epsilon;

    public RowwiseAdagrad(EmbeddingTable table, OptimizerOptions options)
        : base(table, options, OptimizerState.OfRows("sum_of_mean_squares", table))
    {
        epsilon = options.Epsilon ?? Adagrad.DefaultEpsilon;
        States[0].Fill(options.InitialAccumulator);
    }

    public override string Name => Key;

    private protected override void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes) =>
        RowUpdates.Touched<TWidth, Rule>(
            table, gradients, sizes, new Rule(States[0].Pointer, table.Dimension, LearningRate, L2, epsilon));

    /// <summary>Four partial sums at every width, so that every width gives the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfSquares(float* weights, float* gradient, float l2, int size, int dimension)
    {
        Vector128<float> partial = Vector128<float>.Zero;
        int i = 0;
        for (; i < size && i <= dimension - 4; i += 4)
        {
            Vector128<float> g = Vector128.Load(gradient + i) + (Vector128.Create(l2) * Vector128.Load(weights + i));
            g &= Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(size - i)).AsSingle();
            partial += g * g;
        }

        float sum = Vector128.Sum(partial);
        for (; i < size; i++)
        {
            float g = gradient[i] + (l2 * weights[i]);
            sum += g * g;
        }

        return sum;
    }

    private readonly struct Rule(float* sums, int dimension, float rate, float l2, float epsilon) : IRowUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AskAhead<TLayout>(TLayout layout, ReadOnlySpan<int> rows, int i)
            where TLayout : struct, IRowLayout => Ahead.OfRow(sums, rows, i, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TWidth>(float* weights, float* gradient, RowPlace place)
            where TWidth : struct, IWidth
        {
            if (place.Size > 0)
            {
                float* sum = sums + place.Row;
                *sum += SumOfSquares(weights, gradient, l2, place.Size, dimension) / place.Size;
                Elementwise.Run<TWidth, Work>(
                    new Work(weights, gradient, rate / (MathF.Sqrt(*sum) + epsilon), l2), place.Size, dimension);
            }
        }
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
