using Taper.Data.Synthetic;

namespace Taper.Data.Tests;

public sealed class SyntheticDataTests
{
    private static readonly SyntheticConfig Config = new() { Rows = 40_000, Vocabularies = [500, 200, 50], Dimension = 8, Noise = 0, Seed = 3 };

    [Theory]
    [InlineData("csv.gz")]
    [InlineData("parquet")]
    public void Every_format_holds_the_same_examples(string ending)
    {
        using Workspace work = new();
        Directory.CreateDirectory(work.Out);
        string csv = Path.Combine(work.Out, "a.csv"), other = Path.Combine(work.Out, $"b.{ending}");
        SyntheticData.Write(csv, Config, cancellation: TestContext.Current.CancellationToken);
        SyntheticData.Write(other, Config, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Rows(csv), Rows(other));
        Assert.Equal(2, Directory.GetFiles(work.Out).Length);
    }

    [Fact]
    public void The_seed_decides_the_examples()
    {
        using Workspace work = new();
        Directory.CreateDirectory(work.Out);
        string[] paths = [.. new ulong[] { 1, 1, 2 }.Select((seed, i) =>
        {
            string path = Path.Combine(work.Out, $"{i}.csv");
            SyntheticData.Write(path, Config with { Seed = seed }, cancellation: TestContext.Current.CancellationToken);
            return path;
        })];
        Assert.Equal(File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[1]));
        Assert.NotEqual(File.ReadAllBytes(paths[0]), File.ReadAllBytes(paths[2]));
    }

    [Fact]
    public void Frequencies_fall_as_Zipf_says_and_planted_sizes_with_them()
    {
        PlantedModel model = new(Config);
        Assert.Equal(Config.Dimension, model.SizeOf(0, 0));
        Assert.Equal(1, model.SizeOf(0, 499));
        Assert.All(Enumerable.Range(1, 499), rank => Assert.True(model.SizeOf(0, rank) <= model.SizeOf(0, rank - 1)));
        double[] seen = new double[500];
        int[] ranks = new int[3];
        int positives = 0;
        for (int row = 0; row < 40_000; row++)
        {
            positives += model.Draw(row, ranks) ? 1 : 0;
            seen[ranks[0]]++;
        }

        Assert.Equal(Math.Pow(10, Config.Exponent), seen[0] / seen[9], 2.5);
        Assert.InRange(positives / 40_000.0, 0.3, 0.7);
    }

    [Fact]
    public void What_cannot_be_made_is_refused_and_nothing_left()
    {
        using Workspace work = new();
        Directory.CreateDirectory(work.Out);
        Assert.Contains(".parquet", Assert.Throws<DataException>(() => SyntheticData.Write(Path.Combine(work.Out, "a.txt"), Config, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => SyntheticData.Write(Path.Combine(work.Out, "a.csv"), Config with { Noise = 2 }, cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<DataException>(() => SyntheticData.Write(Path.Combine(work.Out, "a.csv"), Config with { Vocabularies = [5] }, cancellation: TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(work.Out));
    }

    private static List<string> Rows(string path)
    {
        using RowSource source = RowSource.Open(path);
        List<string> rows = [];
        foreach (RawChunk chunk in source.ReadChunks(["f0", "f1", "f2", "label"]))
        {
            for (int row = 0; row < chunk.Count; row++)
            {
                rows.Add(string.Join(',', Enumerable.Range(0, 4).Select(column => chunk[column, row])));
            }
        }

        return rows;
    }
}
