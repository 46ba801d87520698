using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>
/// The mapped tensor files of a bundle. Keys lie apart from embeddings as they are the same at every precision, and as
/// whoever addresses rows by number does without them.
/// </summary>
internal sealed record BundleTensors(SafetensorsFile Keys, SafetensorsFile Embeddings) : IDisposable
{
    /// <exception cref="ArtifactException">A file is missing or malformed.</exception>
    public static BundleTensors Open(string folder)
    {
        SafetensorsFile keys = SafetensorsFile.Open(Path.Combine(folder, Bundle.KeysFile));
        try
        {
            return new BundleTensors(keys, SafetensorsFile.Open(Path.Combine(folder, Bundle.EmbeddingsFile)));
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        Embeddings.Dispose();
    }
}
