using System.Runtime.CompilerServices;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>Turns stored elements, little-endian and of any alignment, into floats.</summary>
internal static unsafe class FloatConversion
{
    public static bool Reads(SafetensorsDtype dtype) =>
        dtype is SafetensorsDtype.F64 or SafetensorsDtype.F32 or SafetensorsDtype.F16 or SafetensorsDtype.BF16;

    /// <summary>Fills <paramref name="destination"/> with elements that lie <paramref name="step"/> bytes apart.</summary>
    public static void Copy(SafetensorsDtype dtype, byte* source, long step, Span<float> destination)
    {
        switch (dtype)
        {
            case SafetensorsDtype.F32 when step == sizeof(float):
                new ReadOnlySpan<float>(source, destination.Length).CopyTo(destination);
                break;
            case SafetensorsDtype.F32:
                foreach (ref float value in destination)
                {
                    value = Unsafe.ReadUnaligned<float>(source);
                    source += step;
                }

                break;
            case SafetensorsDtype.F64:
                foreach (ref float value in destination)
                {
                    value = (float)Unsafe.ReadUnaligned<double>(source);
                    source += step;
                }

                break;
            case SafetensorsDtype.F16:
                foreach (ref float value in destination)
                {
                    value = (float)Unsafe.ReadUnaligned<Half>(source);
                    source += step;
                }

                break;
            case SafetensorsDtype.BF16:
                foreach (ref float value in destination)
                {
                    value = BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(source) << 16);
                    source += step;
                }

                break;
            default:
                throw new NotSupportedException($"{dtype} is not read as float.");
        }
    }
}
