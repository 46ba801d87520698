using System.Text.Json;
using Taper.Embeddings.Storage;

namespace Taper.Training.Runs;

/// <summary>
/// A folder with the tensors of a model (safetensors) and the checksum of that file. What is not a tensor stands in
/// the file's metadata, so that one checksum covers it all.
/// </summary>
internal static class Snapshot
{
    private const string Format = "taper.checkpoint.1";
    private const string TensorFile = "state.safetensors";
    private const string ChecksumFile = "state.checksum";

    /// <summary>The files of a snapshot.</summary>
    public static IReadOnlyList<string> Files { get; } = [TensorFile, ChecksumFile];

    /// <summary>Writes a snapshot; the folder is complete or absent.</summary>
    public static void Write(string folder, IReadOnlyList<CheckpointTensor> tensors, SnapshotMetadata metadata) =>
        AtomicFolder.Write(folder, target =>
        {
            string path = Path.Combine(target, TensorFile);
            AtomicFile.Write(path, stream =>
            {
                var writer = new SafetensorsWriter(stream, [.. tensors.Select(t => t.Declaration)], new Dictionary<string, string>
                {
                    ["format"] = Format,
                    ["state"] = JsonSerializer.Serialize(metadata),
                });
                foreach (CheckpointTensor tensor in tensors)
                {
                    tensor.WriteTo(writer);
                }

                writer.Complete();
            });
            File.WriteAllText(Path.Combine(target, ChecksumFile), Checksum.OfFile(path));
        });

    /// <summary>Reads a snapshot back into the buffers of a model of the same config and dataset.</summary>
    /// <param name="folder">The snapshot.</param>
    /// <param name="tensorsOf">The buffers to fill, once the metadata is known.</param>
    /// <exception cref="ArtifactException">The snapshot is missing, cut short, altered, newer, or of another model.</exception>
    public static SnapshotMetadata Read(string folder, Func<SnapshotMetadata, IReadOnlyList<CheckpointTensor>> tensorsOf)
    {
        using SafetensorsFile file = Open(folder, out SnapshotMetadata metadata);
        foreach (CheckpointTensor tensor in tensorsOf(metadata))
        {
            tensor.ReadFrom(file);
        }

        return metadata;
    }

    /// <summary>Checks a snapshot and maps its tensors, for who needs some of them and no memory for all.</summary>
    /// <exception cref="ArtifactException">The snapshot is missing, cut short, altered or newer.</exception>
    public static SafetensorsFile Open(string folder, out SnapshotMetadata metadata)
    {
        string path = Path.Combine(folder, TensorFile);
        string checksum = Path.Combine(folder, ChecksumFile);
        if (!File.Exists(path) || !File.Exists(checksum))
        {
            throw new ArtifactException($"{folder}: the checkpoint is incomplete ({TensorFile} or {ChecksumFile} is missing).");
        }

        Checksum.Verify(path, File.ReadAllText(checksum).Trim());
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            metadata = MetadataOf(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SnapshotMetadata MetadataOf(SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("format") is not Format)
        {
            throw new ArtifactException($"{file.Path}: not a checkpoint of format {Format}; it may come from a newer Taper.");
        }

        try
        {
            return JsonSerializer.Deserialize<SnapshotMetadata>(file.Metadata.GetValueOrDefault("state", "null"))
                is { Dataset: not null, Position: not null, Sizes: not null, OptimizerSteps: not null } metadata
                ? metadata
                : throw new ArtifactException($"{file.Path}: the checkpoint's state is empty.");
        }
        catch (JsonException e)
        {
            throw new ArtifactException($"{file.Path}: the checkpoint's state is damaged; make it again.", e);
        }
    }
}
