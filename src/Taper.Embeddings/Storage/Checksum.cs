using System.IO.Hashing;

namespace Taper.Embeddings.Storage;

/// <summary>Checksums of artifact files: XXH128, written <c>xxh128:</c> and 32 lower-case hexadecimal digits.</summary>
public static class Checksum
{
    private const string Prefix = "xxh128:";

    /// <summary>The checksum of a file's bytes, read in one pass.</summary>
    /// <exception cref="ArtifactException">The file is missing.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            XxHash128 hash = new();
            hash.Append(file);
            return Prefix + Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"{path} is missing; the folder is incomplete, make it again.", e);
        }
    }

    /// <summary>Checks a file against the checksum noted when it was written.</summary>
    /// <exception cref="ArtifactException">The file is missing or its bytes have changed.</exception>
    public static void Verify(string path, string expected)
    {
        string actual = OfFile(path);
        if (!string.Equals(actual, expected, StringComparison.Ordinal))
        {
            throw new ArtifactException(
                $"{path} was altered or damaged: its checksum is {actual}, expected {expected}; make it again.");
        }
    }
}
