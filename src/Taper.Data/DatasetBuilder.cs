using Taper.Configuration;
using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>Prepares datasets: raw files in, a dataset folder out. Stateless.</summary>
public static class DatasetBuilder
{
    /// <summary>
    /// Reads the sources, builds vocabularies from the training split, encodes all examples and writes the folder. The
    /// same input and configuration give the same bytes. Memory stays within <see cref="DataConfig.MemoryLimit"/>, the
    /// distinct values of the fields (some 30 bytes each, and their text beyond 12 bytes) and a small constant; rows
    /// that do not fit go to a temporary folder in the output's.
    /// </summary>
    /// <param name="config">What to prepare.</param>
    /// <param name="baseFolder">Where relative paths of sources start.</param>
    /// <param name="outFolder">The folder to make; a dataset that stands there is replaced only at the end.</param>
    /// <param name="progress">Told at every step; may be null.</param>
    /// <param name="cancellation">Stops the work; nothing is changed then.</param>
    /// <returns>What the dataset holds.</returns>
    /// <exception cref="ConfigException">The configuration contradicts itself or its SQL is wrong.</exception>
    /// <exception cref="DataException">The raw input cannot be used, or the disk is full.</exception>
    /// <exception cref="ArtifactException">The output folder cannot be replaced.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DatasetSummary Build(
        DataConfig config, string baseFolder, string outFolder, IProgress<PreparingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Build(config, baseFolder, null, outFolder, progress, cancellation);
    }

    /// <summary>
    /// The same on newer data: vocabularies keep the values of an earlier dataset, whose counts fade and grow by those of the new
    /// training split, and numeric fields stay standardised as they were, so that a model can go on.
    /// </summary>
    /// <param name="config">What to prepare; the fields are those of the earlier dataset.</param>
    /// <param name="baseFolder">Where relative paths of sources start.</param>
    /// <param name="after">The earlier dataset's folder.</param>
    /// <param name="outFolder">The folder to make; a dataset that stands there is replaced only at the end.</param>
    /// <param name="progress">Told at every step; may be null.</param>
    /// <param name="cancellation">Stops the work; nothing is changed then.</param>
    /// <returns>What the dataset holds.</returns>
    /// <exception cref="ConfigException">The configuration contradicts itself or its SQL is wrong.</exception>
    /// <exception cref="DataException">The raw input cannot be used, the earlier dataset has other fields, or the disk is full.</exception>
    /// <exception cref="ArtifactException">The earlier dataset is damaged, or the output folder cannot be replaced.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DatasetSummary BuildAfter(
        DataConfig config, string baseFolder, string after, string outFolder, IProgress<PreparingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (Path.GetFullPath(after) == Path.GetFullPath(outFolder))
        {
            throw new DataException($"{outFolder} cannot go on from itself: the run that was trained on it still needs it; name another folder.");
        }

        using Dataset earlier = Dataset.Open(after);
        return Build(config, baseFolder, new EarlierCounts(earlier, config), outFolder, progress, cancellation);
    }

    /// <summary>The same in several parts; the same input and configuration give the same bytes as in one.</summary>
    /// <param name="config">What to prepare.</param>
    /// <param name="outFolder">The folder to make; every part sees it.</param>
    /// <param name="fill">Fills a folder.</param>
    internal static DatasetSummary BuildInParts(DataConfig config, string outFolder, Func<string, DatasetManifest> fill)
    {
        PartRules.Check(config);
        return Write(outFolder, fill);
    }

    private static DatasetSummary Build(
        DataConfig config, string baseFolder, EarlierCounts? earlier, string outFolder, IProgress<PreparingProgress>? progress, CancellationToken cancellation)
    {
        ConfigRules.Check(config);
        return Write(outFolder, folder => new Preparation(config, baseFolder, earlier, folder, progress, cancellation).Run());
    }

    private static DatasetSummary Write(string outFolder, Func<string, DatasetManifest> fill)
    {
        RefuseForeignFolder(outFolder);
        DatasetManifest? manifest = null;
        try
        {
            AtomicFolder.Write(outFolder, folder => manifest = fill(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"{outFolder} could not be written ({e.Message.ReplaceLineEndings(" ")}); free disk space or name another folder. What stood there before is unchanged.", e);
        }

        return manifest!.Summarize();
    }

    /// <summary>A folder that holds something else than a dataset is not ours to replace.</summary>
    private static void RefuseForeignFolder(string outFolder)
    {
        if (Directory.Exists(outFolder) && !File.Exists(Path.Combine(outFolder, DatasetManifest.FileName))
            && Directory.EnumerateFileSystemEntries(outFolder).Any())
        {
            throw new ArtifactException($"{outFolder} holds files but no dataset, so it is not replaced; name another folder or empty it.");
        }
    }
}
