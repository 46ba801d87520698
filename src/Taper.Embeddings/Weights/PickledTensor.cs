namespace Taper.Embeddings.Weights;

/// <summary>A tensor that a pickle describes, checked to lie within its storage.</summary>
/// <param name="Storage">What it is a view of.</param>
/// <param name="First">The storage's element at which it starts.</param>
/// <param name="Layout">Its shape and strides.</param>
internal sealed record PickledTensor(PickledStorage Storage, long First, StridedShape Layout)
{
    private const int MostDimensions = 16;

    /// <summary>The tensor of <c>_rebuild_tensor_v2</c>: (storage, first, sizes, strides, requires_grad, hooks, metadata?).</summary>
    /// <exception cref="FormatException">The arguments are of another form, or reach outside the storage.</exception>
    public static PickledTensor Of(object[] arguments)
    {
        if (arguments is not [PickledStorage storage, long first, object[] sizes, object[] strides, _, _, .. object[] metadata]
            || metadata is not ([] or [not PickledDict] or [PickledDict { IsEmpty: true }]))
        {
            throw new FormatException("its pickle describes a tensor in a form that is not read");
        }

        PickledTensor tensor = new(storage, first, new StridedShape(Numbers(sizes), Numbers(strides)));
        if (sizes.Length != strides.Length || !Fits(tensor))
        {
            throw new FormatException($"a tensor reaches outside its storage {Quoted.Of(storage.Key)}, or repeats elements of it");
        }

        return tensor;
    }

    private static long[] Numbers(object[] values) =>
        values.Length <= MostDimensions && values.All(v => v is long and >= 0)
            ? [.. values.Cast<long>()]
            : throw new FormatException($"a tensor has sizes or strides that are not up to {MostDimensions} numbers of 0 or more");

    private static bool Fits(PickledTensor tensor)
    {
        (PickledStorage storage, long first, StridedShape layout) = tensor;
        long count = layout.ElementCount;
        if (first < 0 || first > storage.Count || count > storage.Count)
        {
            return false;
        }

        Int128 last = first;
        for (int d = 0; d < layout.Sizes.Count && count > 0; d++)
        {
            last += (Int128)(layout.Sizes[d] - 1) * layout.Strides[d];
        }

        return count == 0 || last < storage.Count;
    }
}
