namespace Taper.Embeddings.Storage;

/// <summary>One tensor of an open <see cref="SafetensorsFile"/>; valid until the file is disposed.</summary>
public sealed unsafe class SafetensorsView
{
    private readonly string origin;

    internal SafetensorsView(SafetensorsTensor tensor, byte* pointer, string origin)
    {
        Tensor = tensor;
        Pointer = pointer;
        this.origin = origin;
    }

    /// <summary>The declaration: name, dtype and shape.</summary>
    public SafetensorsTensor Tensor { get; }

    /// <summary>The element type.</summary>
    public SafetensorsDtype Dtype => Tensor.Dtype;

    /// <summary>The dimensions, row-major; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => Tensor.Shape;

    /// <summary>The first byte of the payload, read-only memory.</summary>
    public byte* Pointer { get; }

    /// <summary>The size of the payload in bytes.</summary>
    public nint ByteLength => (nint)Tensor.ByteLength;

    /// <summary>The elements as a span.</summary>
    /// <typeparam name="T">The .NET type of the dtype: float for F32, Half for F16, ushort for BF16, and so on.</typeparam>
    /// <exception cref="ArtifactException">The file holds another dtype, or more elements than a span can.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        Expect<T>();
        return Tensor.ElementCount <= int.MaxValue
            ? new ReadOnlySpan<T>(Pointer, (int)Tensor.ElementCount)
            : throw new ArtifactException($"{origin}: tensor '{Tensor.Name}' is too large for one span; read it in pieces.");
    }

    /// <summary>The elements as a typed pointer, for tensors of any size.</summary>
    /// <exception cref="ArtifactException">The file holds another dtype.</exception>
    public T* As<T>()
        where T : unmanaged
    {
        Expect<T>();
        return (T*)Pointer;
    }

    private void Expect<T>()
    {
        if (!SafetensorsDtypes.Holds(Dtype, typeof(T)))
        {
            throw new ArtifactException(
                $"{origin}: tensor '{Tensor.Name}' is {SafetensorsDtypes.NameOf(Dtype)}, which is not read as {typeof(T).Name}; "
                + "the file comes from another version or was altered.");
        }
    }
}
