using Orleans.Concurrency;
using Taper.Cluster.Hosting;
using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>Hosts an <see cref="ExamplePart"/>.</summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-part")]
[CollectionAgeLimit(Minutes = PreparingParts.MinutesToLive)]
internal sealed class PartGrain(SiloIdentity silo, IGrainFactory grains, TimeProvider clock) : Grain, IPartGrain, IDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(3);
    private static readonly string Nothing = WireText.Of<object?>(null);

    private readonly LongWork<PartRequest, string> _works = new(clock);
    private readonly CancellationTokenSource _stop = new();
    private ScratchFolder? _scratch;
    private ExamplePart? _part;

    private ExamplePart Part => _part ?? throw new PartLostException();

    public Task Load(string plan, string[] shards)
    {
        try
        {
            PartPlan read = WireText.Read<PartPlan>(plan);
            RefuseUnseen(read);
            _scratch = new ScratchFolder();
            _part = new ExamplePart(
                read,
                [.. shards.Select(shard => new VocabularyLink(grains.GetGrain<IVocabularyGrain>(shard), _stop.Token))],
                Path.Combine(_scratch.Path, "rows"),
                _stop.Token);
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            _scratch?.Dispose();
            throw e is IOException or UnauthorizedAccessException ? new ClusterException($"silo {silo.Name}: {e.Message}", e) : UserFault.Is(e) ? UserFault.Of(e) : e;
        }
    }

    public async Task<string?> Do(PartRequest request)
    {
        ExamplePart part = Part;
        try
        {
            return await _works.Wait(request, () => Answer(part, request)) is { } done ? await done : null;
        }
        catch (Exception e) when (UserFault.Is(e))
        {
            throw UserFault.Of(e);
        }
        catch (OperationCanceledException) when (_part is null)
        {
            throw new PartLostException();
        }
    }

    public Task Hold()
    {
        _ = Part;
        return Task.CompletedTask;
    }

    public async Task Release()
    {
        Dispose();
        await Task.WhenAny(_works.Ended, Task.Delay(TimeToEnd, clock, CancellationToken.None)); // what it writes is to be deleted next
        DeactivateOnIdle();
    }

    public void Dispose()
    {
        if (_part is null)
        {
            return;
        }

        (ExamplePart part, ScratchFolder scratch) = (_part, _scratch!);
        _part = null;
        _stop.Cancel();
        _works.Ended.ContinueWith(
            _ =>
            {
                part.Dispose();
                scratch.Dispose();
            },
            TaskScheduler.Default);
    }

    private static string Answer(ExamplePart part, PartRequest request)
    {
        switch (request.Work)
        {
            case PartWork.Read:
                return WireText.Of(part.Read());
            case PartWork.ReadMoments:
                part.ReadMoments(WireText.Read<bool>(request.Argument));
                return Nothing;
            case PartWork.RankOf:
                return WireText.Of(part.RankOf(WireText.Read<double>(request.Argument)));
            case PartWork.Label:
                LabelRequest labels = WireText.Read<LabelRequest>(request.Argument);
                return WireText.Of(part.Label(labels.Columns, labels.Cuts));
            case PartWork.Count:
                part.Count(request.Subject);
                return Nothing;
            case PartWork.Encode:
                return WireText.Of(part.Encode(request.Subject));
            case PartWork.Measure:
                return WireText.Of(part.Measure(request.Subject, WireText.Read<RunningMoments>(request.Argument)));
            case PartWork.EncodeNumbers:
                return WireText.Of(part.EncodeNumbers(request.Subject, WireText.Read<Standardization>(request.Argument)));
            case PartWork.Join:
                return WireText.Of(part.Join(WireText.Read<ColumnFile>(request.Argument)));
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request.Work, "A part knows no such work.");
        }
    }

    private void RefuseUnseen(PartPlan plan)
    {
        string? unseen = plan.Files.Select(file => file.Path).Where(path => !File.Exists(path)).FirstOrDefault() ?? (Directory.Exists(plan.Folder) ? null : plan.Folder);
        if (unseen is not null)
        {
            throw new ClusterException($"silo {silo.Name} does not see {unseen}; sources and the dataset's folder have to lie where every silo finds them by the same path.");
        }
    }
}
