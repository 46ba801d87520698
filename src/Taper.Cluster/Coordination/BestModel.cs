using Taper.Cluster.Checkpoints;
using Taper.Cluster.Shards;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Joins the shards of a checkpoint to a run's best model, as one process writes it: what is exported, evaluated and inspected
/// from then on knows nothing of a cluster. Rows are streamed from the shards' files.
/// </summary>
internal static class BestModel
{
    /// <exception cref="ArtifactException">A part of the checkpoint is missing or damaged.</exception>
    public static void Write(string folder, WholeCheckpoint checkpoint, ShardLayout layout, Sizer sizer)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            SafetensorsFile replica = checkpoint.Replica.OpenSnapshot(out SnapshotMetadata saved);
            files.Add(replica);
            SafetensorsFile[] shards = [.. checkpoint.Shards.Select(shard => shard.OpenSnapshot(out _))];
            files.AddRange(shards);
            bool isCompact = sizer.Parameters + layout.Rows < (long)layout.Rows * sizer.Dimension && sizer.Parameters <= uint.MaxValue;
            bool isStoredCompact = shards.Sum(shard => shard.Tensor(EmbeddingShard.EmbeddingsName).Tensor.ElementCount) == sizer.Parameters;
            List<CheckpointTensor> tensors =
            [
                new ShardedRows(EmbeddingShard.EmbeddingsName, isCompact ? [sizer.Parameters] : [layout.Rows, sizer.Dimension], shards, layout)
                {
                    StoredSize = isStoredCompact ? sizer.SizeOf : _ => sizer.Dimension,
                    KeptSize = isCompact ? sizer.SizeOf : _ => sizer.Dimension,
                },
            ];
            if (shards[0].Contains(EmbeddingShard.FirstOrderName))
            {
                tensors.Add(new ShardedRows(EmbeddingShard.FirstOrderName, [layout.Rows, 1], shards, layout));
            }

            tensors.AddRange(replica.Names.Where(IsOfModel).Select(replica.Tensor).OrderBy(PlaceOf).Select(view => new CopiedTensor(view)));
            Snapshot.Write(folder, tensors, saved with
            {
                Compact = isCompact,
                OptimizerSteps = [],
                Position = saved.Position with { Seconds = 0, Memory = new TrainingMemory(0, 0) },
            });
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static bool IsOfModel(string tensor) =>
        tensor.StartsWith("network.", StringComparison.Ordinal) || tensor.StartsWith("sizer.", StringComparison.Ordinal);

    /// <summary>Tensors stay in the order in which they lie in the file: that of the network, in one process too.</summary>
    private static unsafe nint PlaceOf(SafetensorsView view) => (nint)view.Pointer;
}
