using CsCheck;
using Taper.Embeddings.Lanes;
using Taper.Embeddings.Optimizers;
using Taper.Embeddings.Tests.Kernels;

namespace Taper.Embeddings.Tests.Optimizers;

public sealed class SparseOptimizerTests
{
    private static readonly OptimizerOptions Options = new() { LearningRate = 0.05f, L2 = 0.01f };

    private static readonly Gen<(int Rows, int Dimension, bool Prefixes, int Seed)> AnyShape =
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 40], Gen.Bool, Gen.Int);

    public static TheoryData<string> Names => [.. SparseOptimizer.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_follows_the_written_rule(string name) => AnyShape.Sample(
        shape =>
        {
            using ReferenceRun run = new(shape.Rows, shape.Dimension, shape.Prefixes, shape.Seed);
            using SparseOptimizer optimizer = SparseOptimizer.Create(name, run.Table, Options);
            SlowRules rules = new(name, Options.LearningRate, Options.L2, shape.Rows, shape.Dimension);
            double[] expected = run.Weights();
            for (int step = 0; step < 6; step++)
            {
                (double[] gradient, bool[] touched) = run.Step<HardwareWidth>(optimizer);
                rules.Step(expected, gradient, touched, run.SizeOf);
            }

            Close.Equal(expected, Close.ToArray(run.Table), 1e-4);
        },
        iter: 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_gives_the_bits_of_the_scalar_reference(string name) => AnyShape.Sample(
        shape =>
        {
            float[] scalar = At<ScalarWidth>(name, shape);
            Assert.Equal(scalar, At<Width128>(name, shape));
            Assert.Equal(scalar, At<Width256>(name, shape));
            Assert.Equal(scalar, At<Width512>(name, shape));
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Names))]
    public void Going_on_in_a_compact_table_gives_the_same_bits(string name) => AnyShape.Sample(
        shape =>
        {
            using ReferenceRun whole = new(shape.Rows, shape.Dimension, prefixes: true, shape.Seed);
            using ReferenceRun compact = new(shape.Rows, shape.Dimension, prefixes: true, shape.Seed);
            using SparseOptimizer one = SparseOptimizer.Create(name, whole.Table, Options);
            using SparseOptimizer other = SparseOptimizer.Create(name, compact.Table, Options);
            for (int step = 0; step < 6; step++)
            {
                if (step == 3)
                {
                    compact.Compact(other);
                }

                whole.Step<HardwareWidth>(one);
                compact.Step<HardwareWidth>(other);
            }

            for (int row = 0; row < shape.Rows; row++)
            {
                int size = whole.SizeOf(row);
                Assert.Equal(whole.Table[row][..size], compact.Table[row]);
                Assert.All(one.States.Zip(other.States), pair => Assert.Equal(
                    pair.First[row][..Math.Min(size, pair.First.Width)], pair.Second[row][..Math.Min(size, pair.Second.Width)]));
            }
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_give_the_bits_of_one(string name) => AnyShape.Sample(
        shape =>
        {
            using ReferenceRun run = new(shape.Rows, shape.Dimension, shape.Prefixes, shape.Seed);
            using SparseOptimizer optimizer = SparseOptimizer.Create(name, run.Table, Options);
            for (int step = 0; step < 3; step++)
            {
                run.StepInParts(optimizer, threads: 4);
            }

            Assert.Equal(3, optimizer.Steps);
            Assert.Equal(At<HardwareWidth>(name, shape), Close.ToArray(run.Table));
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_do_not_write_into_each_others_rows_of_a_compact_table(string name)
    {
        const int rows = 3000, dimension = 29;
        int[] all = [.. Enumerable.Range(0, rows)];
        byte[] sizes = [.. Enumerable.Range(0, rows).Select(row => (byte)(row * 7 % (dimension + 1)))];
        float[] upstream = [.. Enumerable.Range(0, rows * dimension).Select(i => MathF.Sin(i))];
        Assert.Equal(Trained(threads: 1), Trained(threads: 4));

        float[] Trained(int threads)
        {
            using EmbeddingTable table = new(rows, dimension, new PrefixSizes(all, sizes));
            table.FillNormal(1, 3);
            using SparseOptimizer optimizer = SparseOptimizer.Create(name, table, Options);
            IReadOnlyList<RowGradients> parts = RowGradients.Parts(rows, dimension, threads);
            foreach (RowGradients part in parts)
            {
                part.AddPrefix(new Lookup(all), new PrefixSizes(all, sizes), upstream, dimension);
            }

            for (int step = 0; step < 100; step++)
            {
                optimizer.Step(table, parts, new PrefixSizes(all, sizes));
            }

            foreach (RowGradients part in parts)
            {
                part.Dispose();
            }

            return [.. all.SelectMany(row => table[row].ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_table_of_another_layout_is_refused(string name)
    {
        using EmbeddingTable table = new(3, 8);
        using SparseOptimizer optimizer = SparseOptimizer.Create(name, table, Options);
        using RowGradients gradients = new(3, 8);
        using EmbeddingTable compact = table.ToCompact(new PrefixSizes([0, 0, 0], [2]));
        Assert.Throws<ArgumentException>(() => optimizer.Step(compact, gradients));
        Assert.Throws<ArgumentException>(() => optimizer.Compact(table));
        optimizer.Compact(compact);
        optimizer.Step(compact, gradients);
        Assert.Throws<ArgumentException>(() => optimizer.Step(table, gradients));
        Assert.Equal(compact.Rows * 2, optimizer.States.Where(state => state.Width > 1).Select(state => (int)(state.ByteLength / 4)).FirstOrDefault(6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_beyond_the_kept_prefix_is_written(string name) => AnyShape.Sample(
        shape =>
        {
            using ReferenceRun run = new(shape.Rows, shape.Dimension, prefixes: true, shape.Seed);
            using SparseOptimizer optimizer = SparseOptimizer.Create(name, run.Table, Options);
            double[] before = run.Weights();
            run.Step<HardwareWidth>(optimizer);
            double[] after = run.Weights();
            for (int row = 0; row < shape.Rows; row++)
            {
                int beyond = (row * shape.Dimension) + run.SizeOf(row);
                int end = (row + 1) * shape.Dimension;
                Assert.Equal(before[beyond..end], after[beyond..end]);
                foreach (OptimizerState state in optimizer.States.Where(state => state.Width > 1))
                {
                    Assert.All(state[row][run.SizeOf(row)..].ToArray(), value => Assert.Equal(0, value));
                }
            }
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Names))]
    public void Restored_state_goes_on_as_if_never_stopped(string name)
    {
        using ReferenceRun straight = new(9, 16, prefixes: false, seed: 4);
        using ReferenceRun resumed = new(9, 16, prefixes: false, seed: 4);
        using SparseOptimizer optimizer = SparseOptimizer.Create(name, straight.Table, Options);
        using SparseOptimizer first = SparseOptimizer.Create(name, resumed.Table, Options);
        using SparseOptimizer second = SparseOptimizer.Create(name, resumed.Table, Options);
        Steps(straight, optimizer, 6);

        Steps(resumed, first, 3);
        second.Steps = first.Steps;
        foreach ((OptimizerState from, OptimizerState to) in first.States.Zip(second.States))
        {
            Assert.Equal(from.Name, to.Name);
            for (int row = 0; row < from.Rows; row++)
            {
                from[row].CopyTo(to[row]);
            }
        }

        Steps(resumed, second, 3);
        Assert.Equal(6, second.Steps);
        Assert.Equal(Close.ToArray(straight.Table), Close.ToArray(resumed.Table));
    }

    [Fact]
    public void Dense_adam_moves_untouched_rows_by_their_momentum_and_lazy_adam_does_not()
    {
        Assert.NotEqual(0, SecondMove("adam"));
        Assert.Equal(0, SecondMove("lazy_adam"));

        static float SecondMove(string name)
        {
            using EmbeddingTable table = new(2, 1);
            using RowGradients gradients = new(2, 1);
            using SparseOptimizer optimizer = SparseOptimizer.Create(name, table, new OptimizerOptions());
            gradients.AddPrefix(new Lookup([1]), default, [1f], 1);
            optimizer.Step(table, gradients);
            float before = table[1][0];
            gradients.Clear();
            gradients.AddPrefix(new Lookup([0]), default, [1f], 1);
            optimizer.Step(table, gradients);
            return table[1][0] - before;
        }
    }

    [Fact]
    public void Adagrad_starts_from_the_initial_accumulator()
    {
        using EmbeddingTable table = new(1, 1);
        using RowGradients gradients = new(1, 1);
        using SparseOptimizer optimizer = SparseOptimizer.Create(
            "adagrad", table, new OptimizerOptions { LearningRate = 1, InitialAccumulator = 3 });
        gradients.AddPrefix(new Lookup([0]), default, [1f], 1);
        optimizer.Step(table, gradients);
        Assert.Equal(-0.5f, table[0][0], 1e-6f);
    }

    [Fact]
    public void What_is_out_of_range_is_refused()
    {
        using EmbeddingTable table = new(2, 2);
        using RowGradients wider = new(2, 3);
        using SparseOptimizer optimizer = SparseOptimizer.Create("sgd", table, new OptimizerOptions());
        Assert.Throws<ArgumentException>(() => optimizer.Step(table, wider));
        Assert.Equal(0, optimizer.Steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = float.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.L2 = -1);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SparseOptimizer.Create("adam", table, new OptimizerOptions { Beta2 = 1 }));
        ArgumentException unknown = Assert.Throws<ArgumentException>(
            () => SparseOptimizer.Create("adamw", table, new OptimizerOptions()));
        Assert.Contains("lazy_adam", unknown.Message, StringComparison.Ordinal);
    }

    private static float[] At<TWidth>(string name, (int Rows, int Dimension, bool Prefixes, int Seed) shape)
        where TWidth : struct, IWidth
    {
        using ReferenceRun run = new(shape.Rows, shape.Dimension, shape.Prefixes, shape.Seed);
        using SparseOptimizer optimizer = SparseOptimizer.Create(name, run.Table, Options);
        for (int step = 0; step < 3; step++)
        {
            run.Step<TWidth>(optimizer);
        }

        return Close.ToArray(run.Table);
    }

    private static void Steps(ReferenceRun run, SparseOptimizer optimizer, int count)
    {
        for (int step = 0; step < count; step++)
        {
            run.Step<HardwareWidth>(optimizer);
        }
    }
}
