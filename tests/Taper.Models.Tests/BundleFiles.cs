using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

/// <summary>Changes files of a bundle the way an attacker or another program would, checksums included.</summary>
internal static class BundleFiles
{
    public static void Replace(string folder, string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        string manifestPath = Path.Combine(folder, BundleManifest.FileName);
        BundleManifest manifest = ManifestFile.Read<BundleManifest>(manifestPath, BundleManifest.CurrentVersion, "");
        BundleFile changed = new(name, bytes.Length, Checksum.OfFile(path));
        ManifestFile.Write(
            manifestPath, manifest with { Files = [.. manifest.Files.Select(file => file.Path == name ? changed : file)] });
    }
}
