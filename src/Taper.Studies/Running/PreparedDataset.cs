namespace Taper.Studies.Running;

/// <summary>A dataset that runs can read.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Fingerprint">Equal for equal datasets only.</param>
/// <param name="Values">Feature values, unknown and missing among them.</param>
internal sealed record PreparedDataset(string Folder, string Fingerprint, long Values);
