using System.Numerics.Tensors;
using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>Turns the kept numbers of a row into bytes of a precision and back.</summary>
internal static class RowPacking
{
    /// <summary>The tensor type of the packed numbers.</summary>
    public static SafetensorsDtype DtypeOf(Precision precision) => precision switch
    {
        Precision.Fp32 => SafetensorsDtype.F32,
        Precision.Fp16 => SafetensorsDtype.F16,
        Precision.Int8 => SafetensorsDtype.I8,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision."),
    };

    /// <summary>Bytes of one number.</summary>
    public static int BytesOf(Precision precision) => precision switch
    {
        Precision.Fp32 => sizeof(float),
        Precision.Fp16 => 2,
        _ => sizeof(sbyte),
    };

    /// <summary>Rounds to 16-bit floats.</summary>
    /// <exception cref="ArgumentException">A number is beyond their range.</exception>
    public static void ToHalves(ReadOnlySpan<float> row, Span<Half> packed)
    {
        TensorPrimitives.ConvertToHalf(row, packed);
        foreach (Half value in packed[..row.Length])
        {
            if (!Half.IsFinite(value))
            {
                throw new ArgumentException("An embedding is beyond the range of fp16; export it as fp32 or int8.");
            }
        }
    }

    /// <summary>Widens 16-bit floats.</summary>
    public static void FromHalves(ReadOnlySpan<Half> packed, Span<float> row) => TensorPrimitives.ConvertToSingle(packed, row);

    /// <summary>Widens integers, which their dimensions' scales are still to be multiplied with.</summary>
    public static void FromIntegers(ReadOnlySpan<sbyte> packed, Span<float> row) => TensorPrimitives.ConvertTruncating(packed, row);
}
