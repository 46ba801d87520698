using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>The tensors of a state dict that torch.save wrote (PyTorch 1.6 or newer), mapped where the archive stores them.</summary>
internal sealed class PyTorchWeights : WeightFile
{
    private PyTorchWeights(string path, MappedFile file, IReadOnlyDictionary<string, WeightTensor> tensors)
        : base(path, file, tensors)
    {
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="ArtifactException">It is damaged, or its pickle asks for more than tensors.</exception>
    public static PyTorchWeights Map(string path)
    {
        MappedFile? file = null;
        try
        {
            file = new MappedFile(path);
            TorchArchive archive = new(file);
            Dictionary<string, WeightTensor> tensors = new(StringComparer.Ordinal);
            foreach ((string name, PickledTensor tensor) in StateDict.Read(archive.Pickle))
            {
                tensors.Add(name, Place(tensor, file, archive.Storage(tensor.Storage.Key)));
            }

            return new PyTorchWeights(path, file, tensors);
        }
        catch (FormatException e)
        {
            file?.Dispose();
            throw new ArtifactException(
                $"{path} is not read as PyTorch weights: {e.Message}; save only the state dict, "
                + "torch.save(model.state_dict(), path), or convert it to safetensors.",
                e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    private static unsafe WeightTensor Place(PickledTensor tensor, MappedFile file, ZipRecord record)
    {
        PickledStorage storage = tensor.Storage;
        ulong width = (ulong)SafetensorsDtypes.Width(storage.Dtype);
        if ((ulong)storage.Count > record.Length / width)
        {
            throw new FormatException(
                $"its storage {Quoted.Of(storage.Key)} has {record.Length} bytes, where {storage.Count} elements are declared");
        }

        return new WeightTensor(storage.Dtype, tensor.Layout, file.At(record.Start + ((ulong)tensor.First * width), 0));
    }
}
