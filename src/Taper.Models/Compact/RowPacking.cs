using System.Numerics.Tensors;
using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>Turns the kept numbers of a row into bytes of a precision and back.</summary>
internal static class RowPacking
{
    private const float LargestInteger = 127f;

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

    /// <summary>
    /// Rounds to integers times a scale: scale = max |e| / 127 as a 16-bit float, q = round(e / scale), so that
    /// |e - scale · q| ≤ scale / 2 but for the scale's own rounding.
    /// </summary>
    /// <exception cref="ArgumentException">A number is beyond the scale's range.</exception>
    public static Half ToIntegers(ReadOnlySpan<float> row, Span<sbyte> packed)
    {
        Half scale = row.IsEmpty ? Half.Zero : (Half)(Math.Abs(TensorPrimitives.MaxMagnitude(row)) / LargestInteger);
        if (!Half.IsFinite(scale))
        {
            throw new ArgumentException("An embedding is beyond the range of int8 with an fp16 scale; export it as fp32.");
        }

        float step = (float)scale;
        for (int i = 0; i < row.Length; i++)
        {
            packed[i] = step == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(row[i] / step), -LargestInteger, LargestInteger);
        }

        return scale;
    }

    /// <summary>Widens 16-bit floats.</summary>
    public static void FromHalves(ReadOnlySpan<Half> packed, Span<float> row) => TensorPrimitives.ConvertToSingle(packed, row);

    /// <summary>Widens integers and multiplies them by their scale.</summary>
    public static void FromIntegers(ReadOnlySpan<sbyte> packed, Half scale, Span<float> row)
    {
        TensorPrimitives.ConvertTruncating(packed, row);
        Span<float> numbers = row[..packed.Length];
        TensorPrimitives.Multiply(numbers, (float)scale, numbers);
    }
}
