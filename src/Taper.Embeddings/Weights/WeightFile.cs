using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>
/// Named tensors in a file that another program wrote: safetensors, a NumPy array (.npy), or a PyTorch state dict as
/// <c>torch.save</c> writes it since 1.6. The file is mapped and never loaded as a whole, and nothing in it is executed:
/// a pickle that asks for more than tensors is refused. Reading is thread safe; it ends with <see cref="Dispose"/>.
/// </summary>
public abstract class WeightFile : IDisposable
{
    private const int NamesInMessage = 10;

    private readonly IDisposable bytes;
    private readonly IReadOnlyDictionary<string, WeightTensor> tensors;
    private bool disposed;

    private protected WeightFile(string path, IDisposable bytes, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        Path = path;
        this.bytes = bytes;
        this.tensors = tensors;
        Tensors = tensors.ToDictionary(
            pair => pair.Key, pair => (IReadOnlyList<long>)pair.Value.Shape, StringComparer.Ordinal);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>
    /// The shape of each tensor by name, row-major, empty for a scalar. No tensor has more elements than its file has
    /// bytes. An .npy file holds one, named as the file without its ending. A dictionary inside a state dict gives dotted
    /// names (<c>state_dict.users.weight</c>); what has no name or is no tensor is left out.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Tensors { get; }

    /// <summary>Opens and checks a file; its first bytes say of which kind it is, not its ending.</summary>
    /// <exception cref="ArtifactException">
    /// It is missing, of no kind that is read, damaged, or asks for something that a state dict does not need.
    /// </exception>
    public static WeightFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return WeightKinds.Of(path) switch
            {
                WeightKind.PyTorch => PyTorchWeights.Map(path),
                WeightKind.Npy => NpyWeights.Map(path),
                WeightKind.Safetensors => SafetensorsWeights.Map(path),
                WeightKind.OldPyTorch => throw new ArtifactException(
                    $"{path} is in the format of PyTorch before 1.6; save it with a newer one: torch.save(model.state_dict(), path)."),
                _ => throw new ArtifactException(
                    $"{path} holds no weights that are read; save them as safetensors, as .npy, or by torch.save(model.state_dict(), path)."),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"{path} is missing; name a file of weights.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{path} cannot be read ({e.Message.ReplaceLineEndings(" ")}); name a readable file of weights.", e);
        }
    }

    /// <summary>
    /// Copies elements of a tensor, in row-major order from element <paramref name="first"/> on, until
    /// <paramref name="destination"/> is full. F64 is rounded to the nearest float, and infinite beyond its range.
    /// </summary>
    /// <exception cref="ArtifactException">There is no such tensor, or its elements are integers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has fewer elements.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    public void Read(string name, long first, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!tensors.TryGetValue(name, out WeightTensor? tensor))
        {
            string known = string.Join(", ", tensors.Keys.Order(StringComparer.Ordinal).Take(NamesInMessage).Select(Quoted.Of));
            string more = tensors.Count > NamesInMessage ? $" and {tensors.Count - NamesInMessage} more" : "";
            throw new ArtifactException($"{Path} has no tensor {Quoted.Of(name)}; it has {(known.Length > 0 ? known + more : "none")}.");
        }

        if (!tensor.IsFloat)
        {
            throw new ArtifactException(
                $"{Path}: tensor {Quoted.Of(name)} is of type {SafetensorsDtypes.NameOf(tensor.Dtype)}; "
                + "weights are floats: F64, F32, F16 or BF16. Name another tensor, or convert it.");
        }

        tensor.Read(first, destination);
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        disposed = true;
        bytes.Dispose();
        GC.SuppressFinalize(this);
    }
}
