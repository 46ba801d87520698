namespace Taper.Cluster;

/// <summary>A silo's share of a training.</summary>
/// <param name="Name">The silo.</param>
/// <param name="Shards">Shards on it.</param>
/// <param name="Workers">Workers on it.</param>
/// <param name="Bytes">What its shards take.</param>
[GenerateSerializer, Immutable]
public sealed record SiloView(string Name, int Shards, int Workers, long Bytes);
