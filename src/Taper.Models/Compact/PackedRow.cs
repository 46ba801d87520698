using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Taper.Models.Compact;

/// <summary>
/// A row by itself, as little-endian bytes: the first-order weight (fp32) where the network has them, then the kept numbers at
/// the bundle's precision. The length says the size; a row that keeps nothing stands for the vocabulary's default row. Immutable.
/// </summary>
/// <param name="Precision">Of the numbers.</param>
/// <param name="Dimension">D.</param>
/// <param name="HasFirstOrder">Whether a first-order weight comes first.</param>
internal sealed record PackedRow(Precision Precision, int Dimension, bool HasFirstOrder)
{
    private readonly int weightBytes = HasFirstOrder ? sizeof(float) : 0;
    private readonly int numberBytes = RowPacking.BytesOf(Precision);

    /// <summary>Bytes of a row that keeps all its numbers.</summary>
    public int MostBytes => BytesOf(Dimension);

    /// <summary>Bytes of a row.</summary>
    /// <param name="size">Its kept size.</param>
    public int BytesOf(int size) => weightBytes + (size * numberBytes);

    /// <summary>Writes a row and returns its bytes.</summary>
    /// <param name="destination">Room for <see cref="MostBytes"/>.</param>
    /// <param name="firstOrder">The first-order weight.</param>
    /// <param name="numbers">The kept numbers, packed.</param>
    public int Write(Span<byte> destination, float firstOrder, ReadOnlySpan<byte> numbers)
    {
        if (HasFirstOrder)
        {
            MemoryMarshal.Write(destination, firstOrder);
        }

        numbers.CopyTo(destination[weightBytes..]);
        return weightBytes + numbers.Length;
    }

    /// <summary>Reads a row, the numbers beyond its kept size 0. Nothing of it is believed before it is checked.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="shared">What the vocabulary's rows have in common.</param>
    /// <param name="destination">Receives D numbers.</param>
    /// <param name="firstOrder">The first-order weight; 0 where the network has none.</param>
    /// <returns>False where it is no row of this model: of another length, or with a number that is not finite.</returns>
    public bool TryRead(ReadOnlySpan<byte> packed, SharedNumbers shared, Span<float> destination, out float firstOrder)
    {
        firstOrder = 0;
        int bytes = packed.Length - weightBytes;
        if (bytes == 0)
        {
            return TryReadWeight(packed, out firstOrder) && shared.DefaultRow.AsSpan().TryCopyTo(destination) && shared.DefaultRow.Length > 0;
        }

        int size = bytes / numberBytes;
        if (bytes <= 0 || bytes % numberBytes != 0 || size > Dimension || !TryReadWeight(packed, out firstOrder))
        {
            return false;
        }

        Unpack(packed[weightBytes..], shared.Scales, destination);
        destination[size..Dimension].Clear();
        return IsFinite(destination[..size]);
    }

    private bool TryReadWeight(ReadOnlySpan<byte> packed, out float weight)
    {
        weight = HasFirstOrder ? MemoryMarshal.Read<float>(packed) : 0;
        return float.IsFinite(weight);
    }

    private void Unpack(ReadOnlySpan<byte> numbers, ReadOnlySpan<float> scales, Span<float> destination)
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
                RowPacking.FromIntegers(MemoryMarshal.Cast<byte, sbyte>(numbers), destination);
                TensorPrimitives.Multiply(destination[..numbers.Length], scales[..numbers.Length], destination);
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
