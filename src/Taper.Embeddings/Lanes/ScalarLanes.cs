using System.Runtime.CompilerServices;

namespace Taper.Embeddings.Lanes;

/// <summary>One float: the reference that the wider lanes are compared with.</summary>
internal readonly unsafe struct ScalarLanes(float value) : ILanes<ScalarLanes>
{
    private readonly float value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes Broadcast(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes SquareRoot(ScalarLanes value) => new(MathF.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes operator +(ScalarLanes left, ScalarLanes right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes operator -(ScalarLanes left, ScalarLanes right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes operator *(ScalarLanes left, ScalarLanes right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes operator /(ScalarLanes left, ScalarLanes right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ScalarLanes Only(uint bits) => new((bits & 1) != 0 ? value : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirst(float* destination, int kept) => *destination = kept > 0 ? value : *destination;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFirstAndZeros(float* destination, int kept) => *destination = kept > 0 ? value : 0;
}
