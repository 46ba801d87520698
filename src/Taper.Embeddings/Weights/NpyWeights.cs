using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>The one array of an .npy file, named as the file without its ending.</summary>
internal sealed class NpyWeights : WeightFile
{
    private NpyWeights(string path, MappedFile file, WeightTensor tensor)
        : base(path, file, new Dictionary<string, WeightTensor>(StringComparer.Ordinal)
        {
            [System.IO.Path.GetFileNameWithoutExtension(path)] = tensor,
        })
    {
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="ArtifactException">It is cut short, not in C order, or of a type that is not read.</exception>
    public static unsafe NpyWeights Map(string path)
    {
        MappedFile? file = null;
        try
        {
            file = new MappedFile(path);
            NpyLayout layout = NpyLayout.Read(file);
            return new NpyWeights(path, file, new WeightTensor(layout.Dtype, layout.Shape, file.At(layout.Start, 0)));
        }
        catch (FormatException e)
        {
            file?.Dispose();
            throw new ArtifactException(
                $"{path} is not an .npy file that is read: {e.Message}; save it by numpy.save(path, numpy.ascontiguousarray(weights)).", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }
}
