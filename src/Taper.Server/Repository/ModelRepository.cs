using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Taper.Server.Protocols;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>The models that are served, and their versions. Thread-safe: requests never wait for loading.</summary>
internal sealed class ModelRepository : IDisposable
{
    private readonly Lock changing = new();
    private readonly RepositoryFolder folder;
    private readonly VersionPolicy policy;
    private readonly VersionLoader loader;
    private readonly ILogger<ModelRepository> log;
    private volatile FrozenDictionary<string, ServedModel> models = FrozenDictionary<string, ServedModel>.Empty;
    private volatile ImmutableHashSet<string> unloaded = ImmutableHashSet<string>.Empty;
    private string problem = "";

    public ModelRepository(ModelSettings settings, VersionLoader loader, ILogger<ModelRepository> log)
    {
        folder = new RepositoryFolder(settings);
        policy = settings.Versions;
        this.loader = loader;
        this.log = log;
    }

    /// <summary>Whether any model answers.</summary>
    public bool IsReady => models.Values.Any(model => model.Ready.Count > 0);

    /// <summary>The versions that answer, by model, the highest of each first.</summary>
    public IEnumerable<ModelVersion> Ready => models.Values.OrderBy(model => model.Name, StringComparer.Ordinal).SelectMany(model => model.Ready);

    /// <summary>Takes a lease on a version of a model.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">The version's number; null: the highest.</param>
    /// <exception cref="RequestException">404: there is no such model or version; 503: the model has no version that answers.</exception>
    public ModelLease Acquire(string name, string? version)
    {
        while (true)
        {
            ModelVersion found = Find(name, version);
            if (found.TryAcquire())
            {
                return new ModelLease(found);
            }
        }
    }

    /// <summary>Looks at the folder: loads what is new, retires what is gone.</summary>
    public void Poll()
    {
        lock (changing)
        {
            if (Scan() is { } found)
            {
                Update(found);
            }
        }
    }

    /// <summary>Loads a model that was unloaded, and tries again what was refused.</summary>
    /// <exception cref="RequestException">404: its folder has no version; 400: none of its versions can be loaded.</exception>
    public void Load(string name)
    {
        lock (changing)
        {
            if (Scan() is not { } found || !found.ContainsKey(name))
            {
                throw RequestException.NotFound($"There is no model '{name}' in the repository; {NearestName.Suggestion(name, models.Keys)}");
            }

            unloaded = unloaded.Remove(name);
            models.GetValueOrDefault(name)?.ForgetRefusals();
            Update(found);
            if (models[name].Ready.Count == 0)
            {
                throw RequestException.Bad($"The model '{name}' cannot be loaded: {models[name].Status().First().Reason}");
            }
        }
    }

    /// <summary>Unloads a model until it is loaded again; requests that run are finished.</summary>
    /// <exception cref="RequestException">404: there is no such model.</exception>
    public void Unload(string name)
    {
        lock (changing)
        {
            ModelOf(name).Clear();
            unloaded = unloaded.Add(name);
        }
    }

    /// <summary>Every version that is served or refused, and every model that is unloaded.</summary>
    public IReadOnlyList<VersionStatus> Index() =>
    [
        .. models.Values.OrderBy(model => model.Name, StringComparer.Ordinal).SelectMany(model =>
            unloaded.Contains(model.Name) ? [new VersionStatus(model.Name, 0, false, "unloaded")] : model.Status()),
    ];

    /// <summary>Retires everything.</summary>
    public void Dispose()
    {
        lock (changing)
        {
            foreach (ServedModel model in models.Values)
            {
                model.Clear();
            }
        }
    }

    private IReadOnlyDictionary<string, IReadOnlyList<FoundVersion>>? Scan()
    {
        try
        {
            var found = folder.Scan();
            problem = "";
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (problem != e.Message)
            {
                problem = e.Message;
                RepositoryLog.Unreadable(log, e.Message);
            }

            return null;
        }
    }

    private void Update(IReadOnlyDictionary<string, IReadOnlyList<FoundVersion>> found)
    {
        List<string> added = [.. found.Keys.Except(models.Keys)];
        if (added.Count > 0)
        {
            models = models.Values.Concat(added.Select(name => new ServedModel(name, loader)))
                .ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);
        }

        foreach (ServedModel model in models.Values.Where(model => !unloaded.Contains(model.Name)))
        {
            model.Update(found.GetValueOrDefault(model.Name) ?? [], policy);
        }

        if (models.Keys.Any(name => !found.ContainsKey(name)))
        {
            models = models.Values.Where(model => found.ContainsKey(model.Name)).ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);
        }
    }

    private ServedModel ModelOf(string name) => models.TryGetValue(name, out ServedModel? model)
        ? model
        : throw RequestException.NotFound($"There is no model '{name}'; {NearestName.Suggestion(name, models.Keys)}");

    private ModelVersion Find(string name, string? version)
    {
        IReadOnlyList<ModelVersion> ready = ModelOf(name).Ready;
        if (ready.Count == 0)
        {
            throw RequestException.Unavailable($"The model '{name}' is not loaded.");
        }

        if (version is null)
        {
            return ready[0];
        }

        bool isNumber = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        return (isNumber ? ready.FirstOrDefault(candidate => candidate.Version == number) : null)
            ?? throw RequestException.NotFound(
                $"The model '{name}' has no version '{version}' that is served; there is {string.Join(", ", ready.Select(v => v.Version))}.");
    }
}
