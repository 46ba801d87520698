namespace Taper.Store.Reading;

/// <summary>Where the rows of a batch came from.</summary>
/// <param name="Hits">Rows, and values known to have none, that the cache had.</param>
/// <param name="Misses">Those that were read from the store.</param>
internal readonly record struct FetchCounts(int Hits, int Misses);
