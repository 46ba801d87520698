namespace Taper.Cluster.Hosting;

/// <summary>What a silo is called, in messages and metrics.</summary>
/// <param name="Name">Unique in the cluster.</param>
internal sealed record SiloIdentity(string Name);
