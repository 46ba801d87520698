namespace Taper.Data;

/// <summary>A file of a dataset folder.</summary>
/// <param name="Path">Where it lies in the folder, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">Its checksum, <c>xxh128:</c> and hexadecimal digits.</param>
public sealed record FileEntry(string Path, long Bytes, string Checksum);
