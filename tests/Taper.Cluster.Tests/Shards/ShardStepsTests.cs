using System.Runtime.InteropServices;
using CsCheck;
using Taper.Cluster.Shards;

namespace Taper.Cluster.Tests.Shards;

public sealed class ShardStepsTests : IDisposable
{
    private const int Workers = 3;
    private static readonly ShardCase One = new(7, 12, 4, 1, true);

    private readonly EmbeddingShard _shard = Shard();
    private readonly ShardSteps _step;

    public ShardStepsTests() => _step = Step(_shard);

    [Fact]
    public void A_step_is_applied_once_all_have_pushed_and_once_only()
    {
        float[] before = All(_shard);
        Task<PushReply>[] pushes = new Task<PushReply>[Workers];
        for (int worker = 0; worker < Workers; worker++)
        {
            Pull(_step, worker, 0);
            Assert.Equal(before, All(_shard));
        }

        for (int worker = 0; worker < Workers; worker++)
        {
            Assert.Equal(before, All(_shard));
            Assert.All(pushes[..worker], push => Assert.False(push.IsCompleted));
            pushes[worker] = Push(_step, worker, 0);
        }

        Assert.All(pushes, push => Assert.True(push.IsCompletedSuccessfully));
        Assert.NotEqual(before, All(_shard));
        Assert.Equal((1, 1), (_step.Step, _shard.Steps));
        Assert.Throws<InvalidOperationException>(() => { _ = Push(_step, 0, 0); });
        Assert.Throws<InvalidOperationException>(() => { _ = Push(_step, 0, 1); });
        Assert.Equal((1, 1), (_step.Step, _shard.Steps));
    }

    [Fact]
    public void Steps_follow_each_other()
    {
        for (int step = 0; step < 3; step++)
        {
            Task<PushReply>[] pushes = Run(_step, [0, 1, 2], step);
            Assert.All(pushes, push => Assert.True(push.IsCompletedSuccessfully));
        }

        Assert.Equal((3, 3), (_step.Step, _shard.Steps));
    }

    [Fact]
    public async Task Every_worker_hears_the_sums_in_the_order_of_the_workers()
    {
        PushReply[] replies = await Task.WhenAll(Run(_step, [2, 0, 1], 0));
        float[] sum = [.. Dense(0).Zip(Dense(1), (a, b) => a + b).Zip(Dense(2), (a, b) => a + b)];
        Assert.All(replies, reply => Assert.Equal(MemoryMarshal.AsBytes<float>(sum), Assert.Single(reply.Steps).Dense));
        Assert.All(replies, reply => Assert.Equal(reply.Steps[0].Mask!.Groups.Length * One.Dimension, reply.Steps[0].Mask!.Sums.Length));
        Assert.All(replies, reply => Assert.True(reply.Waited >= 0));
    }

    [Fact]
    public void The_order_of_arrival_changes_no_bit() => Gen.Shuffle(new[] { 0, 1, 2 }).Select(Gen.Shuffle(new[] { 0, 1, 2 })).Sample((pulls, pushes) =>
    {
        using EmbeddingShard shard = Shard(), other = Shard();
        ShardSteps step = Step(other);
        Run(Step(shard), [0, 1, 2], 0);
        Array.ForEach(pulls, worker => Pull(step, worker, 0));
        Array.ForEach(pushes, worker => { _ = Push(step, worker, 0); });
        Assert.Equal(All(shard), All(other));
    });

    [Fact]
    public void Whoever_does_not_belong_to_the_step_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Pull(_step, 0, 1));
        Assert.Throws<InvalidOperationException>(() => Pull(_step, -1, 0));
        Assert.Throws<InvalidOperationException>(() => Pull(_step, Workers, 0));
        Assert.Throws<InvalidOperationException>(() => { _ = Push(_step, 0, 0); });
        Pull(_step, 0, 0);
        Assert.Throws<InvalidOperationException>(() => { _ = Push(_step, 0, 1); });
        Assert.Throws<InvalidOperationException>(() => { _ = Push(_step, 1, 0); });
        Assert.Equal(0, _step.Step);
    }

    /// <summary>Else the sums would fail once all have pushed, and the others wait for ever.</summary>
    [Fact]
    public void Gradients_of_another_length_are_refused_before_they_are_taken()
    {
        Array.ForEach([0, 1, 2], worker => Pull(_step, worker, 0));
        Task<PushReply> first = Push(_step, 0, 0);
        byte[] rows = WireFloats.Encode(One.Gradients(new Random(1), 4), WirePrecision.Fp32), dense = WireFloats.Encode(Dense(1), WirePrecision.Fp32);
        Assert.Throws<FormatException>(() => { _ = _step.Push(new PushRequest(1, 0, rows[4..], dense)); });
        Assert.Throws<FormatException>(() => { _ = _step.Push(new PushRequest(1, 0, rows, dense[4..])); });
        Push(_step, 2, 0);
        Assert.False(first.IsCompleted);
        Push(_step, 1, 0);
        Assert.True(first.IsCompletedSuccessfully);
    }

    [Fact]
    public void Abandoning_wakes_who_waits_and_lets_nobody_wait_any_more()
    {
        Array.ForEach([0, 1], worker => Pull(_step, worker, 0));
        Task<PushReply> push = Push(_step, 0, 0);
        _step.Abandon();
        _step.Abandon();
        Assert.IsType<InvalidOperationException>(push.Exception!.InnerException);
        Assert.True(Push(_step, 1, 0).IsFaulted);
        Assert.Equal(0, _shard.Steps);
    }

    /// <summary>Workers that go at any pace, as far ahead as they may, end in the bits of steps that all take together.</summary>
    [Fact]
    public void Workers_that_are_ahead_change_no_bit_and_hear_every_step_once() => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 1000]).Sample((staleness, seed) =>
    {
        const int steps = 7;
        var random = new Random(seed);
        using EmbeddingShard shard = Shard(), other = Shard();
        ShardSteps stale = Step(shard, staleness), together = Step(other);
        List<byte[]> expected = [];
        for (int step = 0; step < steps; step++)
        {
            Array.ForEach([0, 1, 2], worker => PullFrozen(together, worker, step));
            expected.Add(Array.ConvertAll([0, 1, 2], worker => PushFrozen(together, worker, step, 0, 0))[0].Result.Steps[0].Dense);
        }

        int[] at = new int[Workers];
        List<byte[]>[] heard = [[], [], []];
        Task<PushReply>?[] pushed = new Task<PushReply>?[Workers];
        while (at.Any(step => step < steps) || pushed.Any(push => push is not null))
        {
            int worker = random.Next(Workers);
            if (pushed[worker] is { } push)
            {
                if (push.IsCompletedSuccessfully)
                {
                    heard[worker].AddRange(push.Result.Steps.Select(sums => sums.Dense));
                    pushed[worker] = null;
                }
            }
            else if (at[worker] < steps)
            {
                int step = at[worker]++;
                PullFrozen(stale, worker, step);
                pushed[worker] = PushFrozen(stale, worker, step, step == steps - 1 ? 0 : staleness, step - heard[worker].Count);
            }
        }

        Assert.All(heard, sums => Assert.Equal(expected, sums));
        Assert.Equal(All(other), All(shard));
    });

    /// <summary>However far workers are ahead; the bits of the steps that follow are those of rows that are pulled.</summary>
    [Fact]
    public void An_answer_brings_the_rows_that_a_pull_right_after_would() => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 1000]).Sample((staleness, seed) =>
    {
        const int steps = 7;
        var random = new Random(seed);
        using EmbeddingShard shard = Shard(), other = Shard();
        ShardSteps ahead = Step(shard, staleness), together = Step(other);
        for (int step = 0; step < steps; step++)
        {
            Array.ForEach([0, 1, 2], worker => PullFrozen(together, worker, step));
            Array.ForEach([0, 1, 2], worker => { _ = PushFrozen(together, worker, step, 0, 0); });
        }

        int[] at = new int[Workers];
        Task<PushReply>?[] pushed = new Task<PushReply>?[Workers];
        Array.ForEach([0, 1, 2], worker => PullFrozen(ahead, worker, 0));
        while (at.Any(step => step < steps))
        {
            int worker = random.Next(Workers);
            if (pushed[worker] is null && at[worker] < steps)
            {
                bool isLast = at[worker] == steps - 1;
                pushed[worker] = PushFrozen(ahead, worker, at[worker], isLast ? 0 : staleness, 0, isLast ? null : PlacesOf(worker));
            }

            for (int told = 0; told < Workers; told++)
            {
                if (pushed[told] is not { IsCompletedSuccessfully: true } push)
                {
                    continue;
                }

                pushed[told] = null;
                if (++at[told] < steps)
                {
                    Assert.Equal(MemoryMarshal.AsBytes<float>(PullFrozen(ahead, told, at[told])), push.Result.Next!.Numbers);
                }
                else
                {
                    Assert.Null(push.Result.Next);
                }
            }
        }

        Assert.Equal(All(other), All(shard));
    });

    [Fact]
    public async Task Steps_go_on_without_a_pull_where_answers_bring_the_rows()
    {
        using EmbeddingShard other = Shard();
        ShardSteps pulling = Step(other);
        int[] order = [2, 0, 1];
        float[][] rows = Array.ConvertAll(order, worker => PullFrozen(_step, worker, 0));
        for (int step = 0; step < 4; step++)
        {
            Assert.Equal(Array.ConvertAll(order, worker => PullFrozen(pulling, worker, step)), rows);
            PushReply[] expected = await Task.WhenAll(Array.ConvertAll(order, worker => PushFrozen(pulling, worker, step, 0, 0)));
            PushReply[] replies = await Task.WhenAll(Array.ConvertAll(order, worker => PushFrozen(_step, worker, step, 0, 0, PlacesOf(worker))));
            Assert.Equal(expected[0].Steps.Single().Dense, replies[0].Steps.Single().Dense);
            Assert.Equal(All(other), All(_shard));
            rows = Array.ConvertAll(replies, reply => MemoryMarshal.Cast<byte, float>(reply.Next!.Numbers).ToArray());
        }

        Assert.Equal((4, 4), (_step.Step, _shard.Steps));
    }

    [Fact]
    public void Rows_of_the_next_step_that_are_not_there_are_refused_before_anything_is_taken()
    {
        float[] before = All(_shard);
        Array.ForEach([0, 1, 2], worker => PullFrozen(_step, worker, 0));
        Task<PushReply>[] others = Array.ConvertAll([0, 1], worker => PushFrozen(_step, worker, 0, 0, 0, PlacesOf(worker)));
        foreach (int place in new[] { -1, One.Rows })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => { _ = PushFrozen(_step, 2, 0, 0, 0, PlacesOf([3, place])); });
        }

        Assert.All(others, push => Assert.False(push.IsCompleted));
        Assert.Equal(before, All(_shard));
        Assert.Equal((0, 0), (_step.Step, _shard.Steps));
        Assert.True(PushFrozen(_step, 2, 0, 0, 0, PlacesOf(2)).IsCompletedSuccessfully);
        Assert.All(others, push => Assert.True(push.IsCompletedSuccessfully));
        Assert.Equal((1, 1), (_step.Step, _shard.Steps));
    }

    [Fact]
    public void Rows_of_the_next_step_are_refused_while_its_sizes_are_learned()
    {
        Array.ForEach([0, 1, 2], worker => Pull(_step, worker, 0));
        byte[] rows = WireFloats.Encode(One.Gradients(new Random(0), 4), WirePrecision.Fp32), dense = WireFloats.Encode(Dense(0), WirePrecision.Fp32);
        Assert.Throws<InvalidOperationException>(() => { _ = _step.Push(new PushRequest(0, 0, rows, dense, Next: PlacesOf(0))); });
        Assert.True(Array.ConvertAll([0, 1, 2], worker => Push(_step, worker, 0))[0].IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void Rows_of_a_step_that_would_be_too_far_ahead_are_refused(int ahead)
    {
        ShardSteps steps = Step(_shard, staleness: 2);
        PullFrozen(steps, 0, 0);
        Assert.Throws<InvalidOperationException>(() => { _ = PushFrozen(steps, 0, 0, ahead, 0, PlacesOf(0)); });
        Assert.True(PushFrozen(steps, 0, 0, 2, 0, PlacesOf(0)).IsCompletedSuccessfully);
    }

    [Fact]
    public void Whoever_is_abandoned_hears_so_and_has_no_rows()
    {
        PullFrozen(_step, 0, 0);
        Task<PushReply> push = PushFrozen(_step, 0, 0, 0, 0, PlacesOf(0));
        _step.Abandon();
        Assert.IsType<InvalidOperationException>(push.Exception!.InnerException);
    }

    [Fact]
    public void A_worker_that_is_too_far_ahead_is_refused()
    {
        ShardSteps steps = Step(_shard, staleness: 2);
        for (int step = 0; step < 3; step++)
        {
            PullFrozen(steps, 0, step);
            Assert.Equal(step < 2, PushFrozen(steps, 0, step, 2, step).IsCompleted);
        }

        Assert.Throws<InvalidOperationException>(() => PullFrozen(steps, 0, 3));
    }

    public void Dispose() => _shard.Dispose();

    private static EmbeddingShard Shard() => One.Divided(One.Config("adagrad"), Sizes())[0];

    private static ShardSteps Step(EmbeddingShard shard, int staleness = 0) => new(shard, Workers, staleness, WirePrecision.Fp32, TimeProvider.System);

    private static byte[] Sizes() => [.. Enumerable.Range(0, One.Groups.Count).Select(group => (byte)(1 + (group % One.Dimension)))];

    /// <summary>Rows of a worker; some are those of others too.</summary>
    private static int[] Places(int worker) => [worker, 5, worker + 8, 3];

    private static float[] Dense(int worker) => [0.1f + worker, 1e8f * (worker - 1), -0.3f];

    private static Task<PushReply>[] Run(ShardSteps step, int[] order, long number)
    {
        Array.ForEach(order, worker => Pull(step, worker, number));
        return [.. order.Select(worker => Push(step, worker, number))];
    }

    private static void Pull(ShardSteps step, int worker, long number) =>
        step.Pull(new PullRequest(worker, number, MemoryMarshal.AsBytes<int>(Places(worker)).ToArray(), Sizes()));

    private static Task<PushReply> Push(ShardSteps step, int worker, long number)
    {
        float[] rows = One.Gradients(new Random(worker), Places(worker).Length);
        return step.Push(new PushRequest(
            worker, number, WireFloats.Encode(rows, WirePrecision.Fp32), WireFloats.Encode(Dense(worker), WirePrecision.Fp32)));
    }

    private static RowPlaces PlacesOf(int worker) => PlacesOf(Places(worker));

    private static RowPlaces PlacesOf(int[] places) => new(MemoryMarshal.AsBytes<int>(places).ToArray());

    private static float[] PullFrozen(ShardSteps steps, int worker, long number) =>
        steps.Pull(new PullRequest(worker, number, MemoryMarshal.AsBytes<int>(Places(worker)).ToArray(), null));

    private static Task<PushReply> PushFrozen(ShardSteps steps, int worker, long number, int ahead, int unheard, RowPlaces? next = null)
    {
        int numbers = Places(worker).Sum(row => Sizes()[One.Groups.GroupOfRow[row]] + 1);
        var random = new Random((int)((number * Workers) + worker));
        float[] rows = [.. Enumerable.Range(0, numbers).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] dense = [.. Dense(worker).Select(value => value * (number + 1))];
        return steps.Push(new PushRequest(
            worker, number, WireFloats.Encode(rows, WirePrecision.Fp32), WireFloats.Encode(dense, WirePrecision.Fp32), ahead, unheard, next));
    }

    private static float[] All(EmbeddingShard shard) => shard.Read([.. Enumerable.Range(0, One.Rows)]);
}
