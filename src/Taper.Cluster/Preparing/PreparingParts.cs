using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>The parts and shards of one attempt to prepare a dataset, under names of their own.</summary>
internal sealed class PreparingParts : IDisposable
{
    /// <summary>Minutes that parts and shards live on once nobody holds them: whoever prepared was killed.</summary>
    public const int MinutesToLive = 10;

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop;
    private readonly IPartGrain[] _parts;
    private readonly IVocabularyGrain[] _shards;
    private readonly ITimer _holding;

    /// <param name="plan">What is prepared.</param>
    /// <param name="hands">The files of each part.</param>
    /// <param name="folder">The folder to fill.</param>
    /// <param name="grains">The cluster.</param>
    /// <param name="clock">When to hold them.</param>
    /// <param name="stop">Stops the work; cancelled too once one of them is found lost.</param>
    public PreparingParts(
        PreparingPlan plan, IReadOnlyList<IReadOnlyList<FileOfExamples>> hands, string folder, IGrainFactory grains, TimeProvider clock, CancellationTokenSource stop)
    {
        _stop = stop;
        string attempt = $"{folder}|{Guid.NewGuid():N}";
        string[] shards = [.. Enumerable.Range(0, plan.Shards).Select(shard => $"{attempt}|shard-{shard}")];
        _shards = [.. shards.Select(shard => grains.GetGrain<IVocabularyGrain>(shard))];
        _parts = [.. hands.Select((_, part) => grains.GetGrain<IPartGrain>($"{attempt}|part-{part}"))];
        _holding = clock.CreateTimer(_ => Hold(), null, Between, Between);
        try
        {
            string fields = WireText.Of(plan.Config.Fields);
            Await([.. _shards.Select(shard => shard.Load(fields))]);
            Await([.. _parts.Select((part, index) => part.Load(
                WireText.Of(new PartPlan(plan.Config, plan.BaseFolder, folder, index, hands.Count, hands[index])), shards))]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The parts, in the order of their rows.</summary>
    public IReadOnlyList<IExamplePart> Parts => [.. _parts.Select(part => new PartLink(part, _stop.Token))];

    /// <summary>The shards of all vocabularies.</summary>
    public IReadOnlyList<IVocabularyShard> Shards => [.. _shards.Select(shard => new VocabularyLink(shard, _stop.Token))];

    /// <summary>Why one was found lost; null where none was.</summary>
    public Exception? Loss { get; private set; }

    /// <summary>Frees all that can be reached; those that cannot are lost with their silo.</summary>
    public void Dispose()
    {
        _holding.Dispose();
        try
        {
            Task.WhenAll([.. _parts.Select(part => part.Release()), .. _shards.Select(shard => shard.Release())]).Wait(ReleaseTimeout);
        }
        catch (AggregateException)
        {
            // A silo that is gone cannot be asked, and has nothing left to free.
        }
    }

    private void Hold() =>
        Task.WhenAll([.. _parts.Select(part => part.Hold()), .. _shards.Select(shard => shard.Hold())]).ContinueWith(
            lost =>
            {
                Loss ??= lost.Exception!.GetBaseException();
                _stop.Cancel();
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);

    private void Await(Task[] asked) => Task.WhenAll(asked).WaitAsync(_stop.Token).GetAwaiter().GetResult();
}
