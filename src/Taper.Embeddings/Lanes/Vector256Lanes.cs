using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Embeddings.Lanes;

/// <summary>Eight floats in a <see cref="Vector256{T}"/>.</summary>
internal readonly unsafe struct Vector256Lanes(Vector256<float> value) : ILanes<Vector256Lanes>
{
    private readonly Vector256<float> value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes SquareRoot(Vector256Lanes value) => new(Vector256.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes operator +(Vector256Lanes left, Vector256Lanes right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes operator -(Vector256Lanes left, Vector256Lanes right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes operator *(Vector256Lanes left, Vector256Lanes right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes operator /(Vector256Lanes left, Vector256Lanes right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256Lanes Only(uint bits)
    {
        Vector256<uint> places = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        return new(Vector256.Equals(Vector256.Create(bits) & places, places).AsSingle() & value);
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

        for (int i = 0; i < Math.Min(kept, Vector256<float>.Count); i++)
        {
            destination[i] = value[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirstAndZeros(float* destination, int kept) => (First(kept) & value).Store(destination);

    /// <summary>All bits set in the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> First(int kept) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(kept)).AsSingle();
}
