using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>Loads up to sixteen numbers of a precision as floats; what lies beyond them is not read, and is 0.</summary>
internal unsafe interface IPackedLanes
{
    /// <summary>Bytes of a number, as a power of two.</summary>
    static abstract int Shift { get; }

    /// <summary>Whether the numbers are integers that have scales.</summary>
    static abstract bool IsScaled { get; }

    /// <param name="source">The first number.</param>
    /// <param name="count">How many there are: none at 0 or less, all sixteen at 16 or more.</param>
    static abstract Vector512<float> Load(byte* source, int count);
}

/// <summary>32-bit floats.</summary>
internal readonly unsafe struct Floats : IPackedLanes
{
    public static int Shift => 2;

    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count) => Avx512F.MaskLoad(
        (float*)source,
        Vector512.GreaterThan(Vector512.Create(count), Vector512<int>.Indices).AsSingle(),
        Vector512<float>.Zero);
}

/// <summary>16-bit floats.</summary>
internal readonly unsafe struct Halves : IPackedLanes
{
    public static int Shift => 1;

    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count) => Widen(Avx512BW.VL.MaskLoad(
        (short*)source,
        Vector256.GreaterThan(Vector256.Create((short)count), Vector256<short>.Indices),
        Vector256<short>.Zero));

    /// <summary>Exponent and fraction move to a float's place, 2^112 mends the bias; exact for every finite half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<short> halves)
    {
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(halves);
        Vector512<int> sign = bits & Vector512.Create(int.MinValue);
        Vector512<int> magnitude = Vector512.ShiftLeft(bits & Vector512.Create(0x7fff), 13);
        return (magnitude.AsSingle() * Vector512.Create(5.192296858534828e33f)) | sign.AsSingle();
    }
}

/// <summary>8-bit integers with a scale for each dimension.</summary>
internal readonly unsafe struct Integers : IPackedLanes
{
    public static int Shift => 0;

    public static bool IsScaled => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count) => Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(
        Avx512BW.VL.MaskLoad(
            (sbyte*)source,
            Vector128.GreaterThan(Vector128.Create((sbyte)Math.Clamp(count, 0, SizeClasses.Lanes)), Vector128<sbyte>.Indices),
            Vector128<sbyte>.Zero)));
}
