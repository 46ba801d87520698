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

    /// <summary>The numbers of <paramref name="bytes"/>, as many as there is room for.</summary>
    /// <exception cref="FormatException">There are more or fewer.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, Span<float> values, WirePrecision precision)
    {
        int width = precision == WirePrecision.Fp32 ? sizeof(float) : 2;
        if (bytes.Length != values.Length * width)
        {
            throw new FormatException($"{bytes.Length} bytes came where {values.Length * width} were due.");
        }

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
