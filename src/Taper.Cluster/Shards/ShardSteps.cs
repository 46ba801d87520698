using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Taper.Cluster.Shards;

/// <summary>
/// The steps of a shard: collects what every worker pushes, and once all have, sums it in the order of the workers and applies
/// it. So a step is applied once or, where a worker is lost, not at all; and steps are applied in their order, however far some
/// workers are ahead.
/// </summary>
/// <param name="shard">The rows.</param>
/// <param name="workers">Workers that push.</param>
/// <param name="staleness">Steps that a worker may be ahead of what is applied; 0 for synchronous steps.</param>
/// <param name="wire">How rows and gradients travel.</param>
/// <param name="clock">Tells how long workers wait.</param>
internal sealed class ShardSteps(EmbeddingShard shard, int workers, int staleness, WirePrecision wire, TimeProvider clock)
{
    private readonly Dictionary<long, StepUnderWay> _underWay = [];
    private readonly Queue<StepSums> _done = []; // as many as somebody may not have heard of
    private readonly List<WaitingPush> _waiting = [];
    private bool _isAbandoned;

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Rows for a worker, whose gradients are then due in the same order.</summary>
    /// <exception cref="InvalidOperationException">The shard stands at another step.</exception>
    public float[] Pull(PullRequest request)
    {
        StepUnderWay step = UnderWay(request.Worker, request.Step);
        if (request.Sizes is not null)
        {
            shard.Resize(request.Sizes);
        }

        step.IsWhole = request.Sizes is not null;
        int[] places = MemoryMarshal.Cast<byte, int>(request.Places).ToArray();
        float[] values = shard.Read(places);
        step.Places[request.Worker] = places;
        return values;
    }

    /// <summary>Takes a worker's gradients; done once as many steps are as the worker asks for.</summary>
    /// <exception cref="InvalidOperationException">The shard stands at another step, or no rows were pulled.</exception>
    /// <exception cref="FormatException">There are more or fewer gradients than were pulled, or than others push.</exception>
    public Task<PushReply> Push(PushRequest request)
    {
        StepUnderWay step = UnderWay(request.Worker, request.Step);
        int[] places = step.Places[request.Worker]
            ?? throw new InvalidOperationException($"Worker {request.Worker} pushes what it has not pulled.");
        WireFloats.Expect(request.Rows, shard.PackedLength(places, step.IsWhole), wire);
        WireFloats.Expect(
            request.Dense, (Array.Find(step.Pushed, pushed => pushed is not null) ?? request).Dense.Length / sizeof(float), WirePrecision.Fp32);
        step.Pushed[request.Worker] = request;
        var waiting = new WaitingPush(request, clock.GetTimestamp());
        _waiting.Add(waiting);
        long complete = clock.GetTimestamp();
        while (_underWay.TryGetValue(Step, out StepUnderWay? next) && next.IsComplete)
        {
            Finish(next);
        }

        Answer(complete);
        return waiting.Reply.Task;
    }

    /// <summary>Lets nobody wait any longer.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        Answer(0);
    }

    private StepUnderWay UnderWay(int worker, long step)
    {
        if (step < Step || step > Step + staleness || worker < 0 || worker >= workers)
        {
            throw new InvalidOperationException($"Worker {worker} is at step {step}, and the shard at {Step}.");
        }

        ref StepUnderWay? underWay = ref CollectionsMarshal.GetValueRefOrAddDefault(_underWay, step, out _);
        return underWay ??= new StepUnderWay(workers);
    }

    private void Finish(StepUnderWay step)
    {
        float[] dense = [];
        for (int worker = 0; worker < workers; worker++)
        {
            Add(step.Places[worker]!, step.Pushed[worker]!, step.IsWhole, ref dense);
        }

        MaskGradients? mask = step.IsWhole ? shard.MaskGradients() : null;
        shard.Apply();
        _done.Enqueue(new StepSums(Step, WireFloats.Encode(dense, WirePrecision.Fp32), mask));
        if (_done.Count > staleness + 1)
        {
            _done.Dequeue();
        }

        _underWay.Remove(Step++);
    }

    private void Add(int[] places, PushRequest pushed, bool isWhole, ref float[] dense)
    {
        float[] rows = new float[shard.PackedLength(places, isWhole)];
        WireFloats.Decode(pushed.Rows, rows, wire);
        shard.Add(places, rows, isWhole);
        ReadOnlySpan<float> share = MemoryMarshal.Cast<byte, float>(pushed.Dense);
        if (dense.Length == 0)
        {
            dense = share.ToArray();
        }
        else
        {
            TensorPrimitives.Add(dense, share, dense);
        }
    }

    /// <summary>Answers the workers that need not wait any longer.</summary>
    /// <param name="complete">When the last gradients came that they waited for.</param>
    private void Answer(long complete)
    {
        long now = clock.GetTimestamp();
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            WaitingPush waiting = _waiting[i];
            if (_isAbandoned)
            {
                waiting.Reply.SetException(new InvalidOperationException("The shard was released."));
            }
            else if (waiting.Request.Step - waiting.Request.Ahead < Step)
            {
                StepSums[] unheard = [.. _done.Where(sums => sums.Step >= waiting.Request.Step - waiting.Request.Unheard)];
                waiting.Reply.SetResult(new PushReply(
                    unheard, clock.GetElapsedTime(waiting.Arrived, complete).TotalSeconds, clock.GetElapsedTime(complete, now).TotalSeconds));
            }
            else
            {
                continue;
            }

            _waiting.RemoveAt(i);
        }
    }

    private sealed record WaitingPush(PushRequest Request, long Arrived)
    {
        public TaskCompletionSource<PushReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
