namespace Taper.Embeddings.Storage;

/// <summary>The declaration of one tensor of a safetensors file.</summary>
/// <param name="Name">Its name, unique in the file; not <c>__metadata__</c>.</param>
/// <param name="Dtype">The element type.</param>
/// <param name="Shape">The dimensions, row-major, each 0 or more; empty for a scalar.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements: the product of the shape.</summary>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dimension in Shape)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(Shape));
                count = checked(count * dimension);
            }

            return count;
        }
    }

    /// <summary>The size of the payload in bytes.</summary>
    /// <exception cref="OverflowException">It does not fit 64 bits.</exception>
    public long ByteLength => checked(ElementCount * SafetensorsDtypes.Width(Dtype));
}
