using System.Runtime.InteropServices;
using Taper.Cluster.Shards;
using static TorchSharp.torch;

namespace Taper.Cluster.Workers;

/// <summary>
/// What a worker's network and sizer give to a step and take from it: the network's gradients, a segment to each shard, and the
/// sums of all workers' that shards answer with.
/// </summary>
/// <remarks>Not safe to share between threads.</remarks>
/// <param name="replica">Network and sizer.</param>
/// <param name="shards">Number of shards.</param>
internal sealed class ReplicaExchange(Replica replica, int shards)
{
    private readonly SumsInOrder _sums = new(shards);
    private readonly float[] _dense = new float[replica.DenseLength];
    private readonly float[] _mask = new float[replica.Sizer.Groups.Count * replica.Sizer.Dimension];

    /// <summary>Begins at a step; nothing before it is outstanding.</summary>
    public void StartAt(long step) => _sums.StartAt(step);

    /// <summary>Steps before this one whose sums a shard has not told.</summary>
    public int Unheard(int shard, long step) => (int)(step - _sums.UntoldBy(shard));

    /// <summary>Keeps the gradients that the network has now, for <see cref="SegmentOf"/>.</summary>
    public void KeepGradients() => replica.CopyGradientsTo(_dense);

    /// <summary>The part of the network's gradients that a shard sums.</summary>
    public byte[] SegmentOf(int shard) => WireFloats.Encode(_dense.AsSpan(RangeOf(shard)), WirePrecision.Fp32);

    /// <summary>Takes the steps that all shards have told now; what was kept is gone.</summary>
    /// <param name="replies">Of each shard.</param>
    /// <param name="mask">The sizer's mask of the step; null where it learns nothing.</param>
    public void Take(PushReply[] replies, Tensor? mask)
    {
        for (int shard = 0; shard < replies.Length; shard++)
        {
            _sums.Add(shard, replies[shard].Steps);
        }

        while (_sums.TryNext(out StepSums[]? sums))
        {
            Take(sums, mask);
        }
    }

    private void Take(StepSums[] sums, Tensor? mask)
    {
        for (int shard = 0; shard < sums.Length; shard++)
        {
            WireFloats.Decode(sums[shard].Dense, _dense.AsSpan(RangeOf(shard)), WirePrecision.Fp32);
        }

        replica.StepNetwork(_dense);
        if (mask is not null)
        {
            replica.StepSizer(mask, MaskGradientsOf(sums));
        }
    }

    /// <summary>∂L/∂m, [groups × D]: the sum over all shards, in their order.</summary>
    private float[] MaskGradientsOf(StepSums[] steps)
    {
        int dimension = replica.Sizer.Dimension;
        _mask.AsSpan().Clear();
        foreach (StepSums step in steps)
        {
            ReadOnlySpan<float> sums = MemoryMarshal.Cast<byte, float>(step.Mask!.Sums);
            foreach (int group in MemoryMarshal.Cast<byte, int>(step.Mask.Groups))
            {
                Span<float> target = _mask.AsSpan(group * dimension, dimension);
                System.Numerics.Tensors.TensorPrimitives.Add(target, sums[..dimension], target);
                sums = sums[dimension..];
            }
        }

        return _mask;
    }

    private Range RangeOf(int shard)
    {
        long length = _dense.Length;
        return (int)(length * shard / shards)..(int)(length * (shard + 1) / shards);
    }
}
