using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Taper.Cluster.Shards;

/// <summary>
/// One step of a shard: collects what every worker pushes, and once all have, sums it in the order of the workers and applies
/// it. So a step is applied once or, where a worker is lost, not at all.
/// </summary>
internal sealed class ShardStep(EmbeddingShard shard, int workers, WirePrecision wire, TimeProvider clock)
{
    private readonly int[]?[] _places = new int[]?[workers];
    private readonly PushRequest?[] _pushed = new PushRequest?[workers];
    private readonly long[] _arrived = new long[workers];
    private TaskCompletionSource<PushReply> _done = New();
    private bool _isWhole;

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Rows for a worker, whose gradients are then due in the same order.</summary>
    /// <exception cref="InvalidOperationException">The shard stands at another step.</exception>
    public float[] Pull(PullRequest request)
    {
        Expect(request.Worker, request.Step);
        if (request.Sizes is not null)
        {
            shard.Resize(request.Sizes);
        }

        _isWhole = request.Sizes is not null;
        int[] places = MemoryMarshal.Cast<byte, int>(request.Places).ToArray();
        float[] values = shard.Read(places);
        _places[request.Worker] = places;
        return values;
    }

    /// <summary>Takes a worker's gradients; done once all are there.</summary>
    /// <exception cref="InvalidOperationException">The shard stands at another step, or no rows were pulled.</exception>
    /// <exception cref="FormatException">There are more or fewer gradients than were pulled, or than others push.</exception>
    public Task<PushReply> Push(PushRequest request)
    {
        Expect(request.Worker, request.Step);
        int[] places = _places[request.Worker]
            ?? throw new InvalidOperationException($"Worker {request.Worker} pushes what it has not pulled.");
        WireFloats.Expect(request.Rows, shard.PackedLength(places, _isWhole), wire);
        WireFloats.Expect(
            request.Dense, (_pushed.FirstOrDefault(pushed => pushed is not null) ?? request).Dense.Length / sizeof(float), WirePrecision.Fp32);
        Task<PushReply> done = _done.Task;
        _pushed[request.Worker] = request;
        _arrived[request.Worker] = clock.GetTimestamp();
        if (_pushed.All(pushed => pushed is not null))
        {
            Finish();
        }

        return done;
    }

    /// <summary>Lets nobody wait any longer.</summary>
    public void Abandon() => _done.TrySetException(new InvalidOperationException("The shard was released."));

    private static TaskCompletionSource<PushReply> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Expect(int worker, long step)
    {
        if (step != Step || worker < 0 || worker >= _pushed.Length)
        {
            throw new InvalidOperationException($"Worker {worker} is at step {step}, and the shard at {Step}.");
        }
    }

    private void Finish()
    {
        long complete = clock.GetTimestamp();
        float[] dense = [];
        for (int worker = 0; worker < _pushed.Length; worker++)
        {
            Add(_places[worker]!, _pushed[worker]!, ref dense);
        }

        MaskGradients? mask = _isWhole ? shard.MaskGradients() : null;
        shard.Apply();
        Step++;
        TaskCompletionSource<PushReply> done = _done;
        _done = New();
        var reply = new PushReply(
            WireFloats.Encode(dense, WirePrecision.Fp32),
            mask,
            [.. _arrived.Select(arrived => clock.GetElapsedTime(arrived, complete).TotalSeconds)],
            clock.GetElapsedTime(complete).TotalSeconds);
        Array.Clear(_pushed);
        Array.Clear(_places);
        done.SetResult(reply);
    }

    private void Add(int[] places, PushRequest pushed, ref float[] dense)
    {
        float[] rows = new float[shard.PackedLength(places, _isWhole)];
        WireFloats.Decode(pushed.Rows, rows, wire);
        shard.Add(places, rows, _isWhole);
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
}
