using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Embeddings.Lanes;

/// <summary>Four floats in a <see cref="Vector128{T}"/>.</summary>
internal readonly unsafe struct Vector128Lanes(Vector128<float> value) : ILanes<Vector128Lanes>
{
    private readonly Vector128<float> value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes SquareRoot(Vector128Lanes value) => new(Vector128.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes operator +(Vector128Lanes left, Vector128Lanes right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes operator -(Vector128Lanes left, Vector128Lanes right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes operator *(Vector128Lanes left, Vector128Lanes right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes operator /(Vector128Lanes left, Vector128Lanes right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128Lanes Only(uint bits)
    {
        Vector128<uint> places = Vector128.Create(1u, 2, 4, 8);
        return new(Vector128.Equals(Vector128.Create(bits) & places, places).AsSingle() & value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirst(float* destination, int kept)
    {
        if (Avx512F.VL.IsSupported)
        {
            Avx512F.VL.MaskStore(destination, First(kept), value);
            return;
        }

        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, First(kept), value);
            return;
        }

        for (int i = 0; i < Math.Min(kept, Vector128<float>.Count); i++)
        {
            destination[i] = value[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirstAndZeros(float* destination, int kept) => (First(kept) & value).Store(destination);

    /// <summary>All bits set in the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> First(int kept) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(kept)).AsSingle();
}
