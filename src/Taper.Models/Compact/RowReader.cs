using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>Reads rows of a compact table at full width. One row at a time is the reference for many at a time.</summary>
internal sealed unsafe class RowReader(SizeClasses classes, Precision precision, RowMemory memory)
{
    private readonly byte* values = memory.Values;
    private readonly float* scales = memory.Scales;
    private readonly float* defaultRow = memory.DefaultRow;
    private readonly byte* kept = memory.Kept;

    /// <summary>The numbers that rows of size 0 share; empty where there are none.</summary>
    public ReadOnlySpan<float> DefaultRow => new(defaultRow, defaultRow is null ? 0 : classes.Dimension);

    /// <summary>The kept numbers of a row as they are stored.</summary>
    public ReadOnlySpan<byte> NumbersOf(int row)
    {
        int size = classes.SizeOf(row, out long number);
        int bytes = RowPacking.BytesOf(precision);
        return new ReadOnlySpan<byte>(values + (number * bytes), size * bytes);
    }

    /// <summary>What the integers of each dimension are multiplied with; empty at other precisions.</summary>
    public ReadOnlySpan<float> Scales => new(scales, scales is null ? 0 : classes.Dimension);

    /// <summary>Reads one row, D floats.</summary>
    public void Read(int row, Span<float> destination)
    {
        int dimension = classes.Dimension;
        int size = classes.SizeOf(row, out long number);
        if (size == 0)
        {
            ReadNothing(destination[..dimension]);
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
                RowPacking.FromIntegers(new ReadOnlySpan<sbyte>((sbyte*)values + number, size), destination);
                break;
        }

        Spread(row, size, destination);
        Scale(destination);
    }

    private void ReadNothing(Span<float> destination)
    {
        if (defaultRow is null)
        {
            destination.Clear();
        }
        else
        {
            new ReadOnlySpan<float>(defaultRow, destination.Length).CopyTo(destination);
        }
    }

    /// <summary>Reads rows, the i-th to destination[i · stride .. + D]; rows and lengths have been checked.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination, int stride)
    {
        if (!Avx512BW.VL.IsSupported)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Read(rows[i], destination[(i * stride)..]);
            }

            return;
        }

        ReadFirst(rows, destination, stride);
        for (int i = 0; kept is not null && i < rows.Length; i++)
        {
            Spread(rows[i], classes.SizeOf(rows[i], out _), destination[(i * stride)..]);
            Scale(destination[(i * stride)..]);
        }
    }

    /// <summary>Moves the numbers of a row, read as the first ones, to where its mask has them.</summary>
    private void Spread(int row, int size, Span<float> destination)
    {
        if (kept is not null && size > 0)
        {
            int rowBytes = (classes.Dimension + 7) / 8;
            KeptBits.Spread(new ReadOnlySpan<byte>(kept + ((long)row * rowBytes), rowBytes), destination[..classes.Dimension], size);
        }
    }

    /// <summary>Multiplies the integers of a row that stand in their dimensions.</summary>
    private void Scale(Span<float> destination)
    {
        if (scales is not null)
        {
            Span<float> row = destination[..classes.Dimension];
            TensorPrimitives.Multiply(row, Scales, row);
        }
    }

    /// <summary>Reads the stored numbers of rows as their first ones, and scales them unless they are still to be spread.</summary>
    private void ReadFirst(ReadOnlySpan<int> rows, Span<float> destination, int stride)
    {
        float* factors = kept is null ? scales : null;
        fixed (int* wanted = rows)
        fixed (float* output = destination)
        {
            switch (precision)
            {
                case Precision.Fp32:
                    new Avx512Rows<Floats>(classes, values, null, defaultRow).Read(wanted, rows.Length, output, stride);
                    break;
                case Precision.Fp16:
                    new Avx512Rows<Halves>(classes, values, null, defaultRow).Read(wanted, rows.Length, output, stride);
                    break;
                default:
                    new Avx512Rows<Integers>(classes, values, factors, defaultRow).Read(wanted, rows.Length, output, stride);
                    break;
            }
        }
    }
}
