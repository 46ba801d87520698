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
        return Lend(step, request.Worker, MemoryMarshal.Cast<byte, int>(request.Places).ToArray());
    }

    /// <summary>Takes a worker's gradients; done once as many steps are as the worker asks for.</summary>
    /// <exception cref="InvalidOperationException">The shard stands at another step, or the worker has no rows, or it may not have the next step's so early.</exception>
    /// <exception cref="FormatException">There are more or fewer gradients than rows, or than others push.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The next step's rows are not here.</exception>
    public Task<PushReply> Push(PushRequest request)
    {
        StepUnderWay step = UnderWay(request.Worker, request.Step);
        int[] places = step.Places[request.Worker]
            ?? throw new InvalidOperationException($"Worker {request.Worker} pushes gradients of rows that it does not have.");
        WireFloats.Expect(request.Rows, shard.PackedLength(places, step.IsWhole), wire);
        WireFloats.Expect(
            request.Dense, (Array.Find(step.Pushed, pushed => pushed is not null) ?? request).Dense.Length / sizeof(float), WirePrecision.Fp32);
        int[]? next = PlacesOfNext(request, step);
        step.Pushed[request.Worker] = request;
        var waiting = new WaitingPush(request, next, clock.GetTimestamp());
        _waiting.Add(waiting);
        long complete = clock.GetTimestamp();
        while (_underWay.TryGetValue(Step, out StepUnderWay? due) && due.IsComplete)
        {
            Finish(due);
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

    /// <summary>Reads rows for a worker's step, whose gradients are then due in the same order.</summary>
    private float[] Lend(StepUnderWay step, int worker, int[] places)
    {
        float[] values = shard.Read(places);
        step.Places[worker] = places;
        return values;
    }

    /// <summary>
    /// Looks at what a push asks for the next step before anything is taken: nothing may fail once the step is applied. Who asks to be no further ahead
    /// than is allowed is answered when the next step may be pulled.
    /// </summary>
    private int[]? PlacesOfNext(PushRequest request, StepUnderWay step)
    {
        if (request.Next is null)
        {
            return null;
        }

        if (step.IsWhole || request.Ahead < 0 || request.Ahead > staleness)
        {
            throw new InvalidOperationException(
                $"Worker {request.Worker} asks for rows of step {request.Step + 1}, whose sizes are not known yet, or which is too far ahead.");
        }

        int[] places = MemoryMarshal.Cast<byte, int>(request.Next.Places).ToArray();
        shard.Expect(places);
        return places;
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
                    unheard,
                    clock.GetElapsedTime(waiting.Arrived, complete).TotalSeconds,
                    clock.GetElapsedTime(complete, now).TotalSeconds,
                    RowsOfNext(waiting)));
            }
            else
            {
                continue;
            }

            _waiting.RemoveAt(i);
        }
    }

    /// <summary>What a pull of the next step would give now.</summary>
    private RowValues? RowsOfNext(WaitingPush waiting)
    {
        if (waiting.Next is null)
        {
            return null;
        }

        int worker = waiting.Request.Worker;
        return new RowValues(WireFloats.Encode(Lend(UnderWay(worker, waiting.Request.Step + 1), worker, waiting.Next), wire));
    }

    private sealed record WaitingPush(PushRequest Request, int[]? Next, long Arrived)
    {
        public TaskCompletionSource<PushReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
