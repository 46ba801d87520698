namespace Taper.Embeddings.Weights;

/// <summary>How a tensor lies in memory.</summary>
/// <param name="Sizes">The dimensions, row-major, each 0 or more; their product fits 64 bits.</param>
/// <param name="Strides">As many: how many elements apart neighbours along each dimension lie, 0 or more.</param>
internal sealed record StridedShape(IReadOnlyList<long> Sizes, IReadOnlyList<long> Strides)
{
    /// <summary>The number of elements: the product of the sizes.</summary>
    public long ElementCount => Count(Sizes);

    /// <summary>Elements back to back in row-major order.</summary>
    public static StridedShape RowMajor(IReadOnlyList<long> sizes)
    {
        long[] strides = new long[sizes.Count];
        long next = Count(sizes) == 0 ? 0 : 1;
        for (int d = sizes.Count - 1; d >= 0; d--)
        {
            strides[d] = next;
            next *= sizes[d];
        }

        return new StridedShape(sizes, strides);
    }

    /// <summary>The number of elements, or an error when it does not fit 64 bits.</summary>
    /// <exception cref="FormatException">It does not fit.</exception>
    public static long Count(IReadOnlyList<long> sizes)
    {
        if (sizes.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (long size in sizes)
        {
            count = long.MaxValue / size >= count ? count * size : throw new FormatException("a tensor has an impossible shape");
        }

        return count;
    }

    /// <summary>
    /// The same elements in the same order with as few dimensions as possible, at least one, so that the last one is as
    /// long a run as there is.
    /// </summary>
    public StridedShape Merged()
    {
        if (ElementCount == 0)
        {
            return new StridedShape([0], [1]);
        }

        List<long> sizes = [];
        List<long> strides = [];
        for (int d = 0; d < Sizes.Count; d++)
        {
            if (Sizes[d] == 1)
            {
                continue;
            }

            // Both factors are at most the file's length here, but hostile strides of size-1 dimensions were skipped above.
            if (sizes.Count > 0 && strides[^1] == Strides[d] * Sizes[d])
            {
                sizes[^1] *= Sizes[d];
                strides[^1] = Strides[d];
            }
            else
            {
                sizes.Add(Sizes[d]);
                strides.Add(Strides[d]);
            }
        }

        return sizes.Count == 0 ? new StridedShape([1], [1]) : new StridedShape(sizes, strides);
    }

    /// <summary>Where the element with that row-major number lies, and how many from it on share the last dimension's stride.</summary>
    public long OffsetOf(long element, out long inRun)
    {
        (long rest, long at) = long.DivRem(element, Sizes[^1]);
        inRun = Sizes[^1] - at;
        long offset = at * Strides[^1];
        for (int d = Sizes.Count - 2; d >= 0; d--)
        {
            (rest, at) = long.DivRem(rest, Sizes[d]);
            offset += at * Strides[d];
        }

        return offset;
    }
}
