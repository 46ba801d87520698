using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>
/// Reads many rows with AVX-512. Block by block it is found where rows lie and their memory is asked for, then they are
/// copied under a mask of their size: no branch depends on a size, and nothing beyond a row is read.
/// </summary>
/// <typeparam name="TPacked">How the numbers are stored.</typeparam>
/// <param name="classes">Where rows lie.</param>
/// <param name="values">The stored numbers.</param>
/// <param name="scales">What each dimension is multiplied with; null for nothing.</param>
/// <param name="defaultRow">What rows of size 0 are; null for 0.</param>
internal readonly unsafe ref struct Avx512Rows<TPacked>(SizeClasses classes, byte* values, float* scales, float* defaultRow)
    where TPacked : struct, IPackedLanes
{
    private const int Lanes = SizeClasses.Lanes;
    private const int Ahead = 64;

    /// <summary>Reads rows, the i-th to output + i · stride; rows and room have been checked.</summary>
    [SkipLocalsInit]
    public void Read(int* rows, int count, float* output, int stride)
    {
        byte** starts = stackalloc byte*[Ahead];
        int* sizes = stackalloc int[Ahead];
        for (int first = 0; first < count; first += Ahead, rows += Ahead, output += (nint)Ahead * stride)
        {
            int block = Math.Min(Ahead, count - first);
            bool anyEmpty = Locate(rows, block, starts, sizes);
            Prefetch(block, starts, sizes);
            Copy(block, starts, sizes, output, stride);
            if (anyEmpty && defaultRow is not null)
            {
                CopyDefault(block, sizes, output, stride);
            }
        }
    }

    /// <summary>Where the numbers of rows begin and their sizes, in whole vectors; true where some size is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Locate(int* rows, int count, byte** starts, int* sizes)
    {
        if (classes.Dimension > Lanes)
        {
            return LocateOneByOne(rows, count, starts, sizes);
        }

        Vector512<int> smallest = Vector512.Create(Lanes);
        for (int i = 0; i < count; i += Lanes)
        {
            Vector512<int> there = Vector512.GreaterThan(Vector512.Create(count - i), Vector512<int>.Indices);
            Vector512<int> wanted = Avx512F.MaskLoad(rows + i, there, Vector512<int>.Zero);
            Vector512<int> kept = classes.SizesOf16(wanted, out Vector512<long> lower, out Vector512<long> upper);
            kept.Store(sizes + i);
            (Vector512.Create((long)values) + Vector512.ShiftLeft(lower, TPacked.Shift)).Store((long*)(starts + i));
            (Vector512.Create((long)values) + Vector512.ShiftLeft(upper, TPacked.Shift)).Store((long*)(starts + i + (Lanes / 2)));
            smallest = Vector512.Min(smallest, kept);
        }

        return Vector512.EqualsAny(smallest, Vector512<int>.Zero);
    }

    private bool LocateOneByOne(int* rows, int count, byte** starts, int* sizes)
    {
        bool anyEmpty = false;
        for (int i = 0; i < count; i++)
        {
            sizes[i] = classes.SizeOf(rows[i], out long number);
            starts[i] = values + (number << TPacked.Shift);
            anyEmpty |= sizes[i] == 0;
        }

        return anyEmpty;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(int count, byte** starts, int* sizes)
    {
        for (int i = 0; i < count; i++)
        {
            Sse.Prefetch0(starts[i]);
            Sse.Prefetch0(starts[i] + (sizes[i] << TPacked.Shift) - 1); // a row may lie in two lines
        }
    }

    /// <summary>Sixteen dimensions at a time, the same ones of all rows: their scales are loaded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy(int count, byte** starts, int* sizes, float* output, int stride)
    {
        for (int offset = 0; offset < classes.Dimension; offset += Lanes)
        {
            Vector512<float> there = Vector512.GreaterThan(Vector512.Create(classes.Dimension - offset), Vector512<int>.Indices).AsSingle();
            Vector512<float> factors = scales is null ? Vector512<float>.One : Avx512F.MaskLoad(scales + offset, there, Vector512<float>.Zero);
            float* to = output + offset;
            for (int i = 0; i < count; i++, to += stride)
            {
                Vector512<float> numbers = TPacked.Load(starts[i] + (offset << TPacked.Shift), sizes[i] - offset);
                Avx512F.MaskStore(to, there, TPacked.IsScaled ? numbers * factors : numbers);
            }
        }
    }

    private void CopyDefault(int count, int* sizes, float* output, int stride)
    {
        for (int i = 0; i < count; i++, output += stride)
        {
            if (sizes[i] == 0)
            {
                new ReadOnlySpan<float>(defaultRow, classes.Dimension).CopyTo(new Span<float>(output, classes.Dimension));
            }
        }
    }
}
