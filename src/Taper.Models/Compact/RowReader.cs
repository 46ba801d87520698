using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>
/// Reads rows of a compact table at full width. One row at a time is the reference; many at a time their memory is
/// asked for ahead of use, and whole vectors are copied, so that a narrow row costs no more than a wide one.
/// </summary>
internal sealed unsafe class RowReader(SizeClasses classes, Precision precision, byte* values, Half* scales, float* defaultRow)
{
    private const int Lanes = 16;
    private const int Ahead = 64;
    private readonly int bytesOfNumber = RowPacking.BytesOf(precision);

    /// <summary>Reads one row, D floats.</summary>
    public void Read(int row, Span<float> destination)
    {
        int dimension = classes.Dimension;
        int size = classes.SizeOf(row, out long number);
        if (size == 0)
        {
            new ReadOnlySpan<float>(defaultRow, dimension).CopyTo(destination);
            return;
        }

        destination[size..dimension].Clear();
        switch (precision)
        {
            case Precision.Fp32:
                new ReadOnlySpan<float>((float*)values + number, size).CopyTo(destination);
                break;
            case Precision.Fp16:
                RowPacking.FromHalves(new ReadOnlySpan<Half>((Half*)values + number, size), destination);
                break;
            default:
                RowPacking.FromIntegers(new ReadOnlySpan<sbyte>((sbyte*)values + number, size), scales[row], destination);
                break;
        }
    }

    /// <summary>Reads rows, the i-th to destination[i · stride .. + D]; rows and lengths have been checked.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination, int stride)
    {
        if (!Vector512.IsHardwareAccelerated || !Sse.IsSupported || classes.Dimension % Lanes != 0)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Read(rows[i], destination[(i * stride)..]);
            }

            return;
        }

        for (int first = 0; first < rows.Length; first += Ahead)
        {
            int count = Math.Min(Ahead, rows.Length - first);
            switch (precision)
            {
                case Precision.Fp32:
                    Read<Floats>(rows.Slice(first, count), destination[(first * stride)..], stride);
                    break;
                case Precision.Fp16:
                    Read<Halves>(rows.Slice(first, count), destination[(first * stride)..], stride);
                    break;
                default:
                    Read<Integers>(rows.Slice(first, count), destination[(first * stride)..], stride);
                    break;
            }
        }
    }

    [SkipLocalsInit]
    private void Read<TPacking>(ReadOnlySpan<int> rows, Span<float> destination, int stride)
        where TPacking : struct, IPacking
    {
        long* numbers = stackalloc long[Ahead];
        int* sizes = stackalloc int[Ahead];
        for (int i = 0; i < rows.Length; i++)
        {
            sizes[i] = classes.SizeOf(rows[i], out numbers[i]);
            byte* start = values + (numbers[i] * bytesOfNumber);
            Sse.Prefetch0(start);
            Sse.Prefetch0(start + (sizes[i] * bytesOfNumber) - 1); // a wide row may lie in two lines
            if (TPacking.IsScaled)
            {
                Sse.Prefetch0(scales + rows[i]);
            }
        }

        int dimension = classes.Dimension;
        fixed (float* output = destination)
        {
            float* target = output;
            for (int i = 0; i < rows.Length; i++, target += stride)
            {
                int size = sizes[i];
                if (size == 0 || numbers[i] + dimension > classes.Numbers)
                {
                    Read(rows[i], new Span<float>(target, dimension)); // the default row, or whole vectors would leave the file
                    continue;
                }

                Vector512<float> scale = TPacking.IsScaled ? Vector512.Create((float)scales[rows[i]]) : default;
                byte* source = values + (numbers[i] * bytesOfNumber);
                for (int offset = 0; offset < dimension; offset += Lanes)
                {
                    Vector512<float> kept = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(size - offset)).AsSingle();
                    (TPacking.Load(source + ((nint)offset * bytesOfNumber), scale) & kept).Store(target + offset);
                }
            }
        }
    }

    /// <summary>Sixteen numbers of a precision as floats.</summary>
    private interface IPacking
    {
        static abstract bool IsScaled { get; }

        static abstract Vector512<float> Load(byte* source, Vector512<float> scale);
    }

    private readonly struct Floats : IPacking
    {
        public static bool IsScaled => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(byte* source, Vector512<float> scale) => Vector512.Load((float*)source);
    }

    private readonly struct Halves : IPacking
    {
        public static bool IsScaled => false;

        /// <summary>Exponent and fraction move to a float's place, 2^112 mends the bias; exact for every finite half.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(byte* source, Vector512<float> scale)
        {
            Vector512<int> bits = Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe());
            Vector512<int> sign = bits & Vector512.Create(int.MinValue);
            Vector512<int> magnitude = Vector512.ShiftLeft(bits & Vector512.Create(0x7fff), 13);
            return (magnitude.AsSingle() * Vector512.Create(5.192296858534828e33f)) | sign.AsSingle();
        }
    }

    private readonly struct Integers : IPacking
    {
        public static bool IsScaled => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(byte* source, Vector512<float> scale)
        {
            Vector256<short> shorts = Vector256.WidenLower(Vector128.Load((sbyte*)source).ToVector256Unsafe());
            return Vector512.ConvertToSingle(Vector512.WidenLower(shorts.ToVector512Unsafe())) * scale;
        }
    }
}
