using System.Diagnostics.CodeAnalysis;
using Taper.Models;
using Taper.Server.Scoring;
using Taper.Store;

namespace Taper.Server.Repository;

/// <summary>Loads a version: checks its files, maps them, and scores a made row once, so that the first request finds it warm.</summary>
internal sealed class VersionLoader(TimeProvider clock, RowStore store, ILogger<VersionLoader> log)
{
    /// <summary>Loads a version; when it cannot be used, says why.</summary>
    public bool TryLoad(string model, FoundVersion found, [NotNullWhen(true)] out ModelVersion? version, [NotNullWhen(false)] out Refusal? refusal)
    {
        long started = clock.GetTimestamp();
        try
        {
            version = LoadOnOneThread(model, found);
            RepositoryLog.Loaded(log, model, found.Version, clock.GetElapsedTime(started).TotalSeconds);
            refusal = null;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException) // whatever is wrong with a bundle, what is loaded goes on
        {
            version = null;
            refusal = new Refusal(e.Message, MayPass: e is StoreException);
            return false;
        }
    }

    /// <summary>Notes that a version is not loaded.</summary>
    public void Refused(string model, long version, Refusal refusal) => RepositoryLog.Refused(log, model, version, refusal.Reason);

    /// <summary>Notes that a version no longer takes requests.</summary>
    public void Retired(ModelVersion version) => RepositoryLog.Retired(log, version.Model, version.Version);

    /// <summary>
    /// Loads on a thread that ends with it. The C library gives every thread that allocates an area of its own, which never
    /// shrinks much, and a new thread the area of one that has ended: on any thread of the pool, the memory of networks
    /// that come and go would in time lie in all their areas.
    /// </summary>
    private ModelVersion LoadOnOneThread(string model, FoundVersion found) => Task.Factory.StartNew(
        () => Load(model, found), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();

    private ModelVersion Load(string model, FoundVersion found)
    {
        bool hasRows = Bundle.HasRows(found.Folder) || !store.IsSet;
        Scorer scorer = hasRows ? Scorer.Open(found.Folder) : Scorer.OpenWithoutRows(found.Folder);
        try
        {
            if (hasRows)
            {
                Warm(scorer);
            }

            RemoteRows? remote = store.IsSet ? new RemoteRows(store, scorer) : null;
            remote?.WarmAsync().GetAwaiter().GetResult(); // on the repository's own thread, as all of loading is
            return new ModelVersion(model, found.Version, scorer, clock.GetUtcNow()) { Remote = remote };
        }
        catch
        {
            scorer.Dispose();
            throw;
        }
    }

    private static void Warm(Scorer scorer)
    {
        FeatureBatch batch = scorer.CreateBatch();
        batch.AddRow();
        scorer.Score(batch, stackalloc float[1]);
    }
}
