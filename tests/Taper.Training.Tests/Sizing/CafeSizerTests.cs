using CsCheck;
using Taper.Data;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class CafeSizerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    [Fact]
    public void The_most_important_values_own_a_row_each() =>
        Gen.Select(Gen.Int[1, 8], Gen.Select(Gen.Int[0, 30], Gen.Float[0.1f, 5]).Array[1, 200]).Sample((hot, stream) =>
        {
            using HotSketch sketch = new(hot);
            SpaceSaving plain = new(hot);
            foreach ((int value, float importance) in stream)
            {
                sketch.Add(value, (ulong)value, importance);
                plain.Add(value, importance);
            }

            List<(int Value, int Row)> promoted = sketch.Migrate(0.5);
            Assert.Equal(plain.Top(hot).Order(), promoted.Select(value => value.Value).Order());
            Assert.Equal(promoted.Count, promoted.Select(value => value.Row).Distinct().Count());
            Assert.All(promoted, value => Assert.Equal(value.Row, sketch.RowOf(value.Value, (ulong)value.Value)));
            Assert.All(Enumerable.Range(0, 31).Except(promoted.Select(value => value.Value)), value => Assert.Equal(-1, sketch.RowOf(value, (ulong)value)));
        });

    [Fact]
    public void A_value_that_decayed_gives_its_row_to_a_newer_one()
    {
        using HotSketch sketch = new(1);
        sketch.Add(5, 0, 10);
        Assert.Equal([(5, 0)], sketch.Migrate(0.1));
        sketch.Add(6, 0, 0.5f);
        Assert.Empty(sketch.Migrate(0.1)); // 1 of 5 is still more
        sketch.Add(6, 0, 0.5f);
        Assert.Equal([(6, 0)], sketch.Migrate(0.1));
        Assert.Equal((-1, 0), (sketch.RowOf(5, 0), sketch.RowOf(6, 0)));
    }

    [Fact]
    public void A_hot_value_starts_from_its_shared_row_and_leaves_it_to_the_others()
    {
        RunConfig config = new()
        {
            Network = new NetworkConfig { HiddenUnits = [6] },
            Sizing = new SizingConfig { Method = "cafe", EmbeddingDim = 8, Budget = 0.5, Cafe = new CafeConfig { Threshold = 10, MigrateEvery = 2 } },
            Training = new TrainingConfig { LearningRate = 0, EmbeddingOptimizer = "sgd", Threads = 1 },
        };
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        RowSharing sharing = model.Sizer.Sharing!;
        int[] before = [.. Enumerable.Range(0, sharing.Values).Select(sharing.FirstOf)];
        Batch batch = data.FirstBatch(128);
        optimizers.Step(batch, 0);
        Assert.Equal(before, Enumerable.Range(0, sharing.Values).Select(sharing.FirstOf));
        optimizers.Step(batch, 0);
        int[] moved = [.. Enumerable.Range(0, sharing.Values).Where(value => sharing.FirstOf(value) != before[value])];
        Assert.NotEmpty(moved);
        Assert.Equal(moved.Length, moved.Select(sharing.FirstOf).Distinct().Count());
        Assert.DoesNotContain(moved.Select(sharing.FirstOf), before.Contains);
        Assert.All(moved, value => Assert.Equal(model.Table[before[value]].ToArray(), model.Table[sharing.FirstOf(value)].ToArray()));
    }

    /// <summary>The sketch's buckets in plain lists, before anything is hot.</summary>
    private sealed class SpaceSaving(int buckets)
    {
        private readonly List<(int Value, float Score)>[] _buckets = [.. Enumerable.Range(0, buckets).Select(_ => new List<(int, float)>())];

        public void Add(int value, float importance)
        {
            List<(int Value, float Score)> bucket = _buckets[value % buckets];
            int place = bucket.FindIndex(entry => entry.Value == value);
            if (place < 0 && bucket.Count < HotSketch.Slots)
            {
                bucket.Add((value, importance));
                return;
            }

            place = place < 0 ? bucket.IndexOf(bucket.MinBy(entry => entry.Score)) : place;
            bucket[place] = (value, bucket[place].Score + importance);
        }

        public IEnumerable<int> Top(int count) => _buckets.SelectMany(bucket => bucket).OrderByDescending(entry => entry.Score).Take(count).Select(entry => entry.Value);
    }
}
