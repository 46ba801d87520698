using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>A tensor in mapped memory, which stays the file's. Whoever makes one has checked that it lies inside.</summary>
internal sealed unsafe class WeightTensor
{
    private readonly byte* start;
    private readonly StridedShape runs;
    private readonly int width;

    /// <summary>A tensor whose elements lie back to back in row-major order.</summary>
    public WeightTensor(SafetensorsDtype dtype, IReadOnlyList<long> shape, byte* start)
        : this(dtype, StridedShape.RowMajor(shape), start)
    {
    }

    /// <summary>A tensor of any strides whose first element lies at <paramref name="start"/>.</summary>
    public WeightTensor(SafetensorsDtype dtype, StridedShape layout, byte* start)
    {
        Dtype = dtype;
        Shape = layout.Sizes;
        this.start = start;
        runs = layout.Merged();
        width = SafetensorsDtypes.Width(dtype);
    }

    public SafetensorsDtype Dtype { get; }

    public IReadOnlyList<long> Shape { get; }

    public bool IsFloat => FloatConversion.Reads(Dtype);

    /// <summary>Copies elements in row-major order from element <paramref name="first"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public void Read(long first, Span<float> destination)
    {
        long count = runs.ElementCount;
        if (first < 0 || first > count || destination.Length > count - first)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first), first, $"The tensor has {count} elements; {destination.Length} are asked for from there.");
        }

        while (!destination.IsEmpty)
        {
            long offset = runs.OffsetOf(first, out long inRun);
            Span<float> run = destination[..(int)long.Min(inRun, destination.Length)];
            FloatConversion.Copy(Dtype, start + (offset * width), runs.Strides[^1] * width, run);
            destination = destination[run.Length..];
            first += run.Length;
        }
    }
}
