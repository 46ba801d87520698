using CsCheck;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>Stored elements, one at a time and by the definition of their format.</summary>
internal static class SlowElements
{
    public static readonly Gen<SafetensorsDtype> Float = Gen.OneOf(
        SafetensorsDtype.F64, SafetensorsDtype.F32, SafetensorsDtype.F16, SafetensorsDtype.BF16);

    public static int Width(SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.F64 => 8,
        SafetensorsDtype.F32 => 4,
        _ => 2,
    };

    public static float At(SafetensorsDtype dtype, byte[] bytes, long element)
    {
        byte[] one = bytes[(int)(element * Width(dtype))..][..Width(dtype)];
        return dtype switch
        {
            SafetensorsDtype.F64 => (float)BitConverter.ToDouble(one),
            SafetensorsDtype.F32 => BitConverter.ToSingle(one),
            SafetensorsDtype.BF16 => BitConverter.ToSingle([0, 0, .. one]),
            _ => Half(BitConverter.ToUInt16(one)),
        };
    }

    public static float[] All(SafetensorsDtype dtype, byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / Width(dtype)).Select(i => At(dtype, bytes, i))];

    private static float Half(ushort bits)
    {
        float sign = bits >> 15 == 0 ? 1 : -1;
        int exponent = (bits >> 10) & 31;
        float fraction = (bits & 1023) / 1024f;
        return exponent switch
        {
            0 => sign * fraction * MathF.Pow(2, -14),
            31 => fraction == 0 ? sign / 0 : float.NaN,
            _ => sign * (1 + fraction) * MathF.Pow(2, exponent - 15),
        };
    }
}
