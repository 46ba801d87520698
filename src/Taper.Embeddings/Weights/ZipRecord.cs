namespace Taper.Embeddings.Weights;

/// <summary>An uncompressed record of a zip archive: a checked range of its file.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ZipRecord(ulong Start, ulong Length);
