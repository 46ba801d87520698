using System.Text;
using Taper.Data;
using Taper.Embeddings.Storage;

namespace Taper.Studies.Running;

/// <summary>The datasets of a study: those that are prepared, and how the others get so.</summary>
internal sealed class StudyDatasets(Study study, StudyFolder folder)
{
    /// <summary>The dataset, or null while it is to be prepared.</summary>
    /// <exception cref="ArtifactException">It is damaged.</exception>
    public PreparedDataset? Find(string name)
    {
        string place = FolderOf(name);
        if (!File.Exists(Path.Combine(place, DatasetManifest.FileName)) || !IsAsWritten(name))
        {
            return null;
        }

        using Dataset dataset = Dataset.Open(place);
        return new PreparedDataset(place, dataset.Fingerprint, dataset.TableRows);
    }

    /// <summary>The dataset, prepared where it is not yet.</summary>
    /// <exception cref="StageException">Preparing failed.</exception>
    /// <exception cref="ArtifactException">The folder that the study names is no dataset.</exception>
    public async Task<PreparedDataset> PrepareAsync(string name, Stages stages, Action<string> said, CancellationToken cancellation)
    {
        if (Find(name) is { } ready)
        {
            return ready;
        }

        if (study.Config.Datasets[name].Dataset is null)
        {
            string place = FolderOf(name);
            IEnumerable<string> settings = study.Runs.DataSettings(name).SelectMany(setting => new[] { "--set", setting });
            await stages.RunAsync(
                place + ".log", place + ".lock-study", ["prepare", study.Runs.FileOf(name)!, "--out", place, .. settings], said, cancellation).ConfigureAwait(false);
            AtomicFile.Write(Source(name), stream => stream.Write(Encoding.UTF8.GetBytes(Written(name))));
        }

        return Find(name) ?? throw new ArtifactException(
            $"{FolderOf(name)} is no dataset folder; make one with taper prepare, or name a config to prepare it with.");
    }

    private string FolderOf(string name) =>
        study.Config.Datasets[name].Dataset is { } given ? study.Runs.Under(given) : folder.Dataset(name);

    /// <summary>What a prepared dataset was made of is kept beside it: when that changes it is prepared anew.</summary>
    private bool IsAsWritten(string name) => study.Config.Datasets[name].Dataset is not null
        || (File.Exists(Source(name)) && File.ReadAllText(Source(name)) == Written(name));

    private string Source(string name) => folder.Dataset(name) + ".yaml";

    private string Written(string name) =>
        string.Join('\n', [File.ReadAllText(study.Runs.FileOf(name)!), .. study.Runs.DataSettings(name)]);
}
