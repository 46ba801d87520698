using CsCheck;
using Taper.Cluster.Shards;
using Taper.Training;
using Taper.Training.Sizing;

namespace Taper.Cluster.Tests.Shards;

/// <summary>A small model's rows, and steps that touch some of them.</summary>
internal sealed record ShardCase(int Seed, int Rows, int Dimension, int Shards, bool HasFirstOrder, int Threads = 1)
{
    public static Gen<ShardCase> Any { get; } = Gen.Select(
        Gen.Int[0, 1 << 20], Gen.Int[1, 40], Gen.Int[1, 19], Gen.Int[1, 5], Gen.Bool, Gen.Int[1, 4],
        (seed, rows, dimension, shards, hasFirstOrder, threads) => new ShardCase(seed, rows, dimension, shards, hasFirstOrder, threads));

    public ShardLayout Layout => new(Rows, Shards);

    /// <summary>Two vocabularies, in each of which several rows share a count.</summary>
    public FrequencyGroups Groups
    {
        get
        {
            var random = new Random(Seed);
            long[] counts = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(1, 5))];
            return FrequencyGroups.Of(Rows > 1 ? [counts[..(Rows / 2)], counts[(Rows / 2)..]] : [counts]);
        }
    }

    public RunConfig Config(string optimizer) => new()
    {
        Sizing = new SizingConfig { EmbeddingDim = Dimension },
        Training = new TrainingConfig
        {
            EmbeddingOptimizer = optimizer,
            Seed = Seed,
            LearningRate = 0.05,
            Threads = Threads,
            EmbeddingRegularizer = Seed % 2 == 0 ? 0 : 0.1,
        },
    };

    public ShardTask Task(int index, RunConfig config, byte[] sizes, bool isCompact) =>
        new(Plans.Of(config, "data", "run", workers: 1, Shards), index, sizes, isCompact, HasFirstOrder, null, null);

    public EmbeddingShard[] Divided(RunConfig config, byte[] sizes, bool isCompact = false)
    {
        FrequencyGroups groups = Groups;
        return [.. Enumerable.Range(0, Shards).Select(index => new EmbeddingShard(Layout, Task(index, config, sizes, isCompact), config, groups))];
    }

    public byte[] RandomSizes(Random random) => [.. Enumerable.Range(0, Groups.Count).Select(_ => (byte)random.Next(0, Dimension + 1))];

    /// <summary>Some rows, each once.</summary>
    public int[] SomeRows(Random random)
    {
        int[] rows = [.. Enumerable.Range(0, Rows)];
        random.Shuffle(rows);
        return rows[..random.Next(0, Rows + 1)];
    }

    /// <summary>A first-order weight's number behind those of each row, where there are any.</summary>
    public float[] Gradients(Random random, int rows) =>
        [.. Enumerable.Range(0, rows * (Dimension + (HasFirstOrder ? 1 : 0))).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    public override string ToString() => $"{base.ToString()}, sizes in {Groups.Count} groups";
}
