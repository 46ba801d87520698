using Taper.Cluster.Shards;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>Rows that lie in the files of several shards, in the order of the table.</summary>
internal sealed unsafe record ShardedRows(string Name, IReadOnlyList<long> Shape, SafetensorsFile[] Shards, ShardLayout Layout)
    : CheckpointTensor(Name, SafetensorsDtype.F32, Shape)
{
    /// <summary>Numbers of a row in its shard.</summary>
    public Func<int, int> StoredSize { get; init; } = _ => 1;

    /// <summary>Numbers of it that are written; zeros where fewer are stored.</summary>
    public Func<int, int> KeptSize { get; init; } = _ => 1;

    public override void WriteTo(SafetensorsWriter writer)
    {
        SafetensorsView[] views = [.. Shards.Select(shard => shard.Tensor(Name))];
        long[] next = new long[views.Length];
        ReadOnlySpan<float> zeros = stackalloc float[byte.MaxValue];
        for (int row = 0; row < Layout.Rows; row++)
        {
            int shard = Layout.ShardOf(row), stored = StoredSize(row), kept = KeptSize(row);
            if (next[shard] + stored > views[shard].Tensor.ElementCount)
            {
                throw new ArtifactException($"Shard {shard} of the checkpoint has too few rows; make the checkpoint again.");
            }

            writer.Write((float*)views[shard].Pointer + next[shard], (nint)Math.Min(stored, kept) * sizeof(float));
            writer.Write<float>(zeros[..Math.Max(0, kept - stored)]);
            next[shard] += stored;
        }
    }

    protected override void Load(SafetensorsView view) => throw new NotSupportedException("Joined rows are written, not read into.");
}
