using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>What must hold of any bytes at all: they are read, or refused by one line.</summary>
internal static class HostileBytes
{
    public static byte[] Flipped(byte[] whole, int at, byte mask)
    {
        byte[] flipped = [.. whole];
        flipped[at] ^= mask;
        return flipped;
    }

    public static void AssertReadOrRefused(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using WeightFile file = WeightFile.Open(path);
            foreach (string name in file.Tensors.Keys)
            {
                try
                {
                    Assert.InRange(file.ReadAll(name).Length, 0, bytes.Length);
                }
                catch (ArtifactException)
                {
                    // An integer tensor; the others are still to be read.
                }
            }
        }
        catch (ArtifactException e)
        {
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
    }
}
