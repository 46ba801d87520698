using System.Runtime.InteropServices;

namespace Taper.Models.Compact;

/// <summary>
/// A row by itself, as little-endian bytes: the first-order weight (fp32) where the network has them, the scale (fp16) where
/// the precision is int8 and the row keeps something, then the kept numbers at the bundle's precision. The length says the
/// size; a row that keeps nothing stands for the vocabulary's default row. Immutable.
/// </summary>
/// <param name="Precision">Of the numbers.</param>
/// <param name="Dimension">D.</param>
/// <param name="HasFirstOrder">Whether a first-order weight comes first.</param>
internal sealed record PackedRow(Precision Precision, int Dimension, bool HasFirstOrder)
{
    private readonly int weightBytes = HasFirstOrder ? sizeof(float) : 0;
    private readonly int scaleBytes = Precision == Precision.Int8 ? 2 : 0;
    private readonly int numberBytes = RowPacking.BytesOf(Precision);

    /// <summary>Bytes of a row that keeps all its numbers.</summary>
    public int MostBytes => BytesOf(Dimension);

    /// <summary>Bytes of a row.</summary>
    /// <param name="size">Its kept size.</param>
    public int BytesOf(int size) => weightBytes + (size == 0 ? 0 : scaleBytes + (size * numberBytes));

    /// <summary>Writes a row and returns its bytes.</summary>
    /// <param name="destination">Room for <see cref="MostBytes"/>.</param>
    /// <param name="firstOrder">The first-order weight.</param>
    /// <param name="scale">The scale; counts for int8 only.</param>
    /// <param name="numbers">The kept numbers, packed.</param>
    public int Write(Span<byte> destination, float firstOrder, Half scale, ReadOnlySpan<byte> numbers)
    {
        if (HasFirstOrder)
        {
            MemoryMarshal.Write(destination, firstOrder);
        }

        if (numbers.IsEmpty)
        {
            return weightBytes;
        }

        if (scaleBytes > 0)
        {
            MemoryMarshal.Write(destination[weightBytes..], scale);
        }

        numbers.CopyTo(destination[(weightBytes + scaleBytes)..]);
        return weightBytes + scaleBytes + numbers.Length;
    }

    /// <summary>Reads a row, the numbers beyond its kept size 0. Nothing of it is believed before it is checked.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="defaultRow">D numbers for a row that keeps none; empty where there is no such row.</param>
    /// <param name="destination">Receives D numbers.</param>
    /// <param name="firstOrder">The first-order weight; 0 where the network has none.</param>
    /// <returns>False where it is no row of this model: of another length, or with a number that is not finite.</returns>
    public bool TryRead(ReadOnlySpan<byte> packed, ReadOnlySpan<float> defaultRow, Span<float> destination, out float firstOrder)
    {
        firstOrder = 0;
        int bytes = packed.Length - weightBytes - scaleBytes;
        if (packed.Length == weightBytes)
        {
            return TryReadWeight(packed, out firstOrder) && defaultRow.TryCopyTo(destination) && !defaultRow.IsEmpty;
        }

        int size = bytes / numberBytes;
        if (bytes <= 0 || bytes % numberBytes != 0 || size > Dimension || !TryReadWeight(packed, out firstOrder))
        {
            return false;
        }

        ReadOnlySpan<byte> numbers = packed[(weightBytes + scaleBytes)..];
        Unpack(numbers, packed[weightBytes..], destination);
        destination[size..Dimension].Clear();
        return IsFinite(destination[..size]);
    }

    private bool TryReadWeight(ReadOnlySpan<byte> packed, out float weight)
    {
        weight = HasFirstOrder ? MemoryMarshal.Read<float>(packed) : 0;
        return float.IsFinite(weight);
    }

    private void Unpack(ReadOnlySpan<byte> numbers, ReadOnlySpan<byte> scale, Span<float> destination)
    {
        switch (Precision)
        {
            case Precision.Fp32:
                numbers.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case Precision.Fp16:
                RowPacking.FromHalves(MemoryMarshal.Cast<byte, Half>(numbers), destination);
                break;
            default:
                RowPacking.FromIntegers(MemoryMarshal.Cast<byte, sbyte>(numbers), MemoryMarshal.Read<Half>(scale), destination);
                break;
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number))
            {
                return false;
            }
        }

        return true;
    }
}
