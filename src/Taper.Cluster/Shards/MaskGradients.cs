namespace Taper.Cluster.Shards;

/// <summary>∂L/∂m of the frequency groups that a step has touched in a shard.</summary>
/// <param name="Groups">Little-endian 32-bit numbers of the groups, ascending.</param>
/// <param name="Sums">The D numbers of each, 32-bit floats.</param>
[GenerateSerializer, Immutable]
internal sealed record MaskGradients(byte[] Groups, byte[] Sums)
{
    /// <summary>Bytes on the wire.</summary>
    public long Length => Groups.Length + (long)Sums.Length;
}
