using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Taper.Cluster;

/// <summary>How numbers travel between machines: as they are, or rounded to 16 bits.</summary>
internal static class WireFloats
{
    public static byte[] Encode(ReadOnlySpan<float> values, WirePrecision precision)
    {
        if (precision == WirePrecision.Fp32)
        {
            return MemoryMarshal.AsBytes(values).ToArray();
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(values.Length * 2);
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return bytes;
    }

    /// <summary>Looks whether there are so many numbers.</summary>
    /// <exception cref="FormatException">There are more or fewer.</exception>
    public static void Expect(ReadOnlySpan<byte> bytes, int count, WirePrecision precision)
    {
        long due = (long)count * (precision == WirePrecision.Fp32 ? sizeof(float) : 2);
        if (bytes.Length != due)
        {
            throw new FormatException($"{bytes.Length} bytes came where {due} were due.");
        }
    }

    /// <summary>The numbers of <paramref name="bytes"/>, as many as there is room for.</summary>
    /// <exception cref="FormatException">There are more or fewer.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, Span<float> values, WirePrecision precision)
    {
        Expect(bytes, values.Length, precision);
        if (precision == WirePrecision.Fp32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
        }
    }
}
