namespace Taper.Models;

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Its name in the bundle's folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Checksum">XXH128 of its bytes, <c>xxh128:</c> and hexadecimal digits.</param>
public sealed record BundleFile(string Path, long Bytes, string Checksum)
{
    /// <summary>Describes a file that has been written.</summary>
    internal static BundleFile In(string folder, string name)
    {
        string path = System.IO.Path.Combine(folder, name);
        return new BundleFile(name, new FileInfo(path).Length, Embeddings.Storage.Checksum.OfFile(path));
    }
}
