using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>The tensors of a safetensors file; <see cref="SafetensorsFile"/> has checked where they lie.</summary>
internal sealed class SafetensorsWeights : WeightFile
{
    private SafetensorsWeights(SafetensorsFile file)
        : base(file.Path, file, file.Names.ToDictionary(name => name, name => Tensor(file.Tensor(name)), StringComparer.Ordinal))
    {
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="ArtifactException">It is no sound safetensors file.</exception>
    public static SafetensorsWeights Map(string path) => new(SafetensorsFile.Open(path));

    private static unsafe WeightTensor Tensor(SafetensorsView view) => new(view.Dtype, view.Shape, view.Pointer);
}
