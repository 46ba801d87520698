using System.Collections.Immutable;
using Taper.Models;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>
/// A model of the repository: which of its versions answer. <see cref="Ready"/> and <see cref="Status"/> may be read at any
/// time; changes belong to the repository, one at a time.
/// </summary>
internal sealed class ServedModel(string name, VersionLoader loader)
{
    private readonly Dictionary<long, string> loadedStamps = [];
    private volatile ImmutableDictionary<long, (string Stamp, string Reason)> refused = ImmutableDictionary<long, (string, string)>.Empty;
    private volatile ModelVersion[] ready = [];

    /// <summary>The model's name.</summary>
    public string Name { get; } = name;

    /// <summary>The versions that answer, the highest first.</summary>
    public IReadOnlyList<ModelVersion> Ready => ready;

    /// <summary>Loads what is new, and retires what is no longer wanted once what is wanted is there.</summary>
    /// <param name="found">What lies in the model's folder, the highest version first.</param>
    /// <param name="policy">Which of it is wanted.</param>
    public void Update(IReadOnlyList<FoundVersion> found, VersionPolicy policy)
    {
        List<ModelVersion> wanted = [];
        string all = string.Concat(found.Select(version => version.Stamp));

        // All versions from the lowest: a delta then goes on from the one before.
        foreach (FoundVersion version in policy == VersionPolicy.Latest ? found : found.Reverse())
        {
            // What a delta lacks may lie in another version's folder.
            string stamp = BundleDelta.LiesIn(version.Folder) ? all : version.Stamp;
            if (Current(version, stamp, [.. wanted, .. ready]) is { } current)
            {
                wanted.Add(current);
                if (policy == VersionPolicy.Latest)
                {
                    break;
                }
            }
        }

        Forget(found);

        // When everything that lies there is broken, what was loaded before goes on.
        if (wanted.Count > 0 || found.Count == 0)
        {
            SwitchTo([.. wanted.OrderByDescending(version => version.Version)]);
        }
    }

    /// <summary>Lets the next update try again what was refused.</summary>
    public void ForgetRefusals() => refused = refused.Clear();

    /// <summary>Retires all versions and forgets what was refused.</summary>
    public void Clear()
    {
        SwitchTo([]);
        ForgetRefusals();
    }

    /// <summary>What the index says of it.</summary>
    public IEnumerable<VersionStatus> Status() =>
        ready.Select(version => new VersionStatus(Name, version.Version, true, ""))
            .Concat(refused.Select(entry => new VersionStatus(Name, entry.Key, false, entry.Value.Reason)))
            .OrderByDescending(status => status.Version).ThenByDescending(status => status.IsReady);

    /// <summary>Forgets what is known of versions that are no longer there.</summary>
    private void Forget(IReadOnlyList<FoundVersion> found)
    {
        HashSet<long> there = [.. found.Select(version => version.Version)];
        refused = refused.RemoveRange(refused.Keys.Where(version => !there.Contains(version)));
        foreach (long gone in loadedStamps.Keys.Where(version => !there.Contains(version)).ToList())
        {
            loadedStamps.Remove(gone);
        }
    }

    /// <summary>The loaded version of what was found; null when it is refused and none was loaded before.</summary>
    /// <param name="found">Where it lies.</param>
    /// <param name="stamp">What it is made of: while that is the same, what was refused is not tried again.</param>
    /// <param name="loadedBefore">What a delta may go on from.</param>
    private ModelVersion? Current(FoundVersion found, string stamp, IReadOnlyList<ModelVersion> loadedBefore)
    {
        ModelVersion? loaded = ready.FirstOrDefault(version => version.Version == found.Version);
        bool isLoaded = loaded is not null && loadedStamps.GetValueOrDefault(found.Version) == found.Stamp;
        bool isRefused = refused.TryGetValue(found.Version, out (string Stamp, string Reason) before) && before.Stamp == stamp;
        if (isLoaded || isRefused)
        {
            return loaded;
        }

        if (loader.TryLoad(Name, found, loadedBefore, out ModelVersion? fresh, out Refusal? refusal))
        {
            refused = refused.Remove(found.Version);
            loadedStamps[found.Version] = found.Stamp;
            return fresh;
        }

        if (before.Reason != refusal.Reason)
        {
            loader.Refused(Name, found.Version, refusal);
        }

        refused = refused.SetItem(found.Version, (refusal.MayPass ? "" : stamp, refusal.Reason));
        return loaded;
    }

    private void SwitchTo(ModelVersion[] wanted)
    {
        ModelVersion[] before = ready;
        ready = wanted;
        foreach (ModelVersion retired in before.Except(wanted))
        {
            loader.Retired(retired);
            retired.Release();
        }
    }
}
