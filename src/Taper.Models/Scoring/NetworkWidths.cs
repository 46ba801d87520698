using Taper.Models.Onnx;

namespace Taper.Models.Scoring;

/// <summary>Floats of a row of each of the network's inputs; 0 where it has no such input.</summary>
/// <param name="Embeddings">Fields with embeddings · D.</param>
/// <param name="Numeric">Numeric fields.</param>
/// <param name="FirstOrder">1 where the network adds first-order weights.</param>
internal sealed record NetworkWidths(int Embeddings, int Numeric, int FirstOrder)
{
    /// <summary>What a bundle's manifest asks for.</summary>
    public static NetworkWidths Of(BundleManifest manifest)
    {
        int embedded = manifest.Fields.Count(field => field.HasEmbedding);
        return new NetworkWidths(
            embedded * manifest.Dimension,
            manifest.Fields.Count - embedded,
            NetworkGraph.HasFirstOrder(manifest.Network) ? 1 : 0);
    }
}
