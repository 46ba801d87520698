using CsCheck;
using Taper.Data.Columns;
using Taper.Data.Preparing;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

/// <summary>Sketches against a dictionary of counts.</summary>
public sealed class CountSketchTests
{
    [Fact]
    public void An_estimate_is_never_below_the_count_however_often_it_fades_and_is_resized() => Gen.Select(
        Gen.Int[0, 400].Array[0, 600].Array[1, 6], Any.Of(0, 0.3, 0.97, 1), Any.Of(64, 128, 256).Array[6]).Sample(
        (batches, decay, widths) =>
        {
            CountSketch sketch = new(64);
            Dictionary<int, double> counts = [];
            foreach ((int[] batch, int width) in batches.Zip(widths))
            {
                sketch = Added(sketch.Faded(decay).Resized(width), batch);
                counts = counts.ToDictionary(count => count.Key, count => count.Value * decay);
                foreach (int value in batch)
                {
                    counts[value] = counts.GetValueOrDefault(value) + 1;
                }

                Assert.All(counts, count => Assert.True(sketch.Estimate(KeyOf(count.Key)) >= count.Value, $"{count.Key}"));
            }
        },
        iter: 100);

    [Fact]
    public void Of_a_heavy_tailed_stream_few_estimates_are_above_the_bound()
    {
        const int values = 60_000, width = 512;
        Random random = new(3);
        int[] stream = [.. Enumerable.Range(0, 300_000).Select(_ => (int)Math.Min(values - 1, Math.Pow(1 - random.NextDouble(), -2) - 1))];
        CountSketch sketch = new(width);
        Dictionary<int, int> counts = [];
        foreach (int[] batch in stream.Chunk(30_000))
        {
            sketch = Added(sketch, batch);
            Array.ForEach(batch, value => counts[value] = counts.GetValueOrDefault(value) + 1);
        }

        double bound = Math.E * stream.Length / width;
        double[] errors = [.. Enumerable.Range(0, values).Select(value => sketch.Estimate(KeyOf(value)) - counts.GetValueOrDefault(value))];
        Assert.InRange(counts.Count, 5_000, values);
        Assert.All(errors, error => Assert.True(error >= 0));
        Assert.InRange(errors.Count(error => error > bound), 0, (int)(values * Math.Exp(-CountSketch.Rows)));
    }

    [Theory]
    [InlineData(1 << 24, 1 << 20)]
    [InlineData((1 << 24) - 1, 1 << 19)]
    [InlineData(1024, CountSketch.LeastWidth)]
    public void A_width_is_a_power_of_two(int bytes, int width) => Assert.Equal(width, CountSketch.WidthOf(bytes));

    [Fact]
    public void A_file_holds_the_sketch()
    {
        using Workspace work = new();
        string path = Path.Combine(work.Folder, "sketch.npy");
        CountSketch sketch = Added(new CountSketch(64), [1, 2, 2, 3]).Faded(0.9);
        SketchFile.Write(path, sketch);
        Assert.Equal(sketch.Cells, SketchFile.Read(path).Cells);
    }

    [Theory]
    [InlineData(256, float.NaN)]
    [InlineData(256, -1f)]
    [InlineData(256, float.PositiveInfinity)]
    [InlineData(0, 0f)]
    [InlineData(255, 1f)]
    [InlineData(4 * 96, 1f)]
    [InlineData(4 * 32, 1f)]
    public void A_file_of_anything_else_is_refused(int cells, float last)
    {
        using Workspace work = new();
        string path = Path.Combine(work.Folder, "sketch.npy");
        using (NpyWriter<float> file = new(path))
        {
            file.Write([.. Enumerable.Repeat(1f, Math.Max(0, cells - 1)), .. cells > 0 ? [last] : Array.Empty<float>()]);
            file.Finish();
        }

        string message = Assert.Throws<ArtifactException>(() => SketchFile.Read(path)).Message;
        Assert.Contains($"{path} is no sketch of counts", message, StringComparison.Ordinal);
    }

    private static ulong KeyOf(int value) => FeatureKey.Hash($"value {value}");

    /// <summary>Adds what occurred as preparing does: all estimates first, so that the order of the values does not matter.</summary>
    private static CountSketch Added(CountSketch sketch, int[] batch)
    {
        var totals = batch.GroupBy(value => value).Select(group => (Key: KeyOf(group.Key), Total: sketch.Estimate(KeyOf(group.Key)) + group.Count())).ToList();
        totals.ForEach(total => sketch.Raise(total.Key, total.Total));
        return sketch;
    }
}
