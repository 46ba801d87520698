using System.Globalization;
using System.Text;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>
/// Looks at what there is to serve: one bundle, whose versions are counted as it is replaced, or a folder of models,
/// <c>MODEL/VERSION/</c>, where a version is a bundle or a delta. Not thread-safe.
/// </summary>
internal sealed class RepositoryFolder
{
    private readonly string path;
    private readonly string? singleName;
    private FoundVersion? single;

    /// <exception cref="ArtifactException">There is nothing to serve at the path.</exception>
    public RepositoryFolder(ModelSettings settings)
    {
        path = Path.GetFullPath(settings.Path);
        if (Bundle.LiesIn(path))
        {
            singleName = Named(settings.Name.Length > 0 ? settings.Name : Bundle.ReadManifest(path).Name);
        }
        else if (BundleDelta.LiesIn(path))
        {
            throw new ArtifactException($"{path} is a delta; serve the folder of models that it lies in, or the bundle that `taper apply` makes of it.");
        }
        else if (!Directory.Exists(path))
        {
            throw new ArtifactException($"{path}: there is no such folder; name a bundle, or a folder of models.");
        }
    }

    /// <summary>The versions of each model that lie there now, the highest first.</summary>
    /// <exception cref="IOException">The folder cannot be read at the moment.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<FoundVersion>> Scan() =>
        singleName is null ? ScanModels() : ScanSingle(singleName);

    private Dictionary<string, IReadOnlyList<FoundVersion>> ScanSingle(string name)
    {
        // A bundle that is being replaced is not there for a moment: what was seen last counts.
        if (Bundle.LiesIn(path))
        {
            string stamp = StampOf(path);
            if (single?.Stamp != stamp)
            {
                single = new FoundVersion((single?.Version ?? 0) + 1, path, stamp);
            }
        }

        return single is null ? [] : new() { [name] = [single] };
    }

    private Dictionary<string, IReadOnlyList<FoundVersion>> ScanModels()
    {
        var models = new Dictionary<string, IReadOnlyList<FoundVersion>>(StringComparer.Ordinal);
        foreach (string model in Directory.EnumerateDirectories(path))
        {
            string name = Path.GetFileName(model);
            if (IsName(name))
            {
                List<FoundVersion> versions = [.. VersionsIn(model).OrderByDescending(found => found.Version)];
                if (versions.Count > 0)
                {
                    models[name] = versions;
                }
            }
        }

        return models;
    }

    private static IEnumerable<FoundVersion> VersionsIn(string model)
    {
        foreach (string folder in Directory.EnumerateDirectories(model))
        {
            bool isNumber = long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out long version);
            if (isNumber && version > 0 && (Bundle.LiesIn(folder) || BundleDelta.LiesIn(folder)))
            {
                yield return new FoundVersion(version, folder, StampOf(folder));
            }
        }
    }

    private static string StampOf(string folder)
    {
        var stamp = new StringBuilder();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            stamp.Append(CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks};");
        }

        return stamp.ToString();
    }

    /// <summary>A name that can stand in an address.</summary>
    private static string Named(string name)
    {
        string usable = string.Concat(name.Select(c => IsNameCharacter(c) ? c : '-'));
        return usable.Length > 0 ? usable : "model";
    }

    private static bool IsName(string name) => name.Length > 0 && name[0] != '.' && name.All(IsNameCharacter);

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
