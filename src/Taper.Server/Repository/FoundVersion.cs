namespace Taper.Server.Repository;

/// <summary>A version that lies in the repository's folder.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Folder">Its bundle, or the delta that makes it.</param>
/// <param name="Stamp">Names, lengths and times of its files: another stamp is another content.</param>
internal sealed record FoundVersion(long Version, string Folder, string Stamp);
