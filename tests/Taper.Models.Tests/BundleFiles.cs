using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

/// <summary>Changes files of a bundle the way an attacker or another program would, checksums included.</summary>
internal static class BundleFiles
{
    public static void Replace(string folder, string name, byte[] bytes) => Replace(folder, name, bytes, manifest => manifest);

    public static void Replace(string folder, string name, byte[] bytes, Func<BundleManifest, BundleManifest> edit)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        string manifestPath = Path.Combine(folder, BundleManifest.FileName);
        BundleManifest manifest = ManifestFile.Read<BundleManifest>(manifestPath, BundleManifest.CurrentVersion, "");
        BundleFile changed = new(name, bytes.Length, Checksum.OfFile(path));
        ManifestFile.Write(
            manifestPath, edit(manifest) with { Files = [.. manifest.Files.Select(file => file.Path == name ? changed : file)] });
    }
}
