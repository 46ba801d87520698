using System.Diagnostics;
using Taper.Data;
using Taper.Data.Synthetic;

namespace Taper.Benchmarks;

/// <summary>
/// Reading 10 million examples × 12 fields (490 MB of columns) in batches of 4,096, shuffled as a whole and in windows of 2 million, with
/// a page cache of 256 MiB: once so much was read from the disk, all pages are given back. At most 30 seconds each.
/// </summary>
internal static class ShuffleBenchmark
{
    private const int BatchSize = 4096;
    private const int Window = 1 << 21;
    private const long CacheBytes = 256L << 20;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private static readonly SyntheticConfig Config = new()
    {
        Rows = 10_000_000,
        Vocabularies = [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 10],
    };

    public static Figures Run()
    {
        string folder = Directory.CreateTempSubdirectory("taper-shuffle-").FullName;
        try
        {
            Prepare(folder);
            using Dataset dataset = Dataset.Open(Path.Combine(folder, "dataset"));
            Examples train = dataset.Split("train");
            Figures figures = new();
            Measure(figures, "warmWhole", dataset, ExampleOrder.Shuffled(train.Count, 1, 0, train.Count), long.MaxValue);
            Measure(figures, "warmBlocks", dataset, ExampleOrder.Shuffled(train.Count, 1, 0, Window), long.MaxValue);
            Measure(figures, "whole", dataset, ExampleOrder.Shuffled(train.Count, 1, 0, train.Count), CacheBytes);
            Measure(figures, "blocks", dataset, ExampleOrder.Shuffled(train.Count, 1, 0, Window), CacheBytes);
            Measure(figures, "stored", dataset, ExampleOrder.Sequential(train.Count), CacheBytes);
            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Prepare(string folder)
    {
        SyntheticData.Write(Path.Combine(folder, "rows.parquet"), Config);
        DataConfig config = new()
        {
            Name = "shuffle",
            Sources = [new SourceConfig { Name = "made", Path = "rows.parquet" }],
            Fields = [.. Config.Vocabularies.Select((_, field) => new FieldConfig { Name = $"f{field}" })],
            Split = new SplitConfig { Files = new FilesSplit { Train = "made" } },
        };
        DatasetBuilder.Build(config, folder, Path.Combine(folder, "dataset"));
    }

    private static void Measure(Figures figures, string name, Dataset dataset, ExampleOrder order, long cacheBytes)
    {
        Examples train = dataset.Split("train");
        ColumnPages pages = new(dataset);
        if (cacheBytes < long.MaxValue)
        {
            pages.GiveBack();
        }

        ProcessReads start = ProcessReads.Now();
        long started = Stopwatch.GetTimestamp(), examples = 0, dropped = start.Bytes;
        foreach (Batch batch in new BatchReader(dataset, train, BatchSize).Read(order))
        {
            examples += batch.Count;
            ProcessReads now = ProcessReads.Now();
            if (now.Bytes - dropped >= cacheBytes)
            {
                pages.GiveBack();
                dropped = now.Bytes;
            }

            if (Stopwatch.GetElapsedTime(started) > Most)
            {
                break;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ProcessReads end = ProcessReads.Now();
        figures.Add($"{name}ExamplesPerSecond", examples / seconds, $"{examples:N0} examples in {seconds:0.0} s");
        figures.Add($"{name}DiskBytesPerExample", (end.Bytes - start.Bytes) / (double)examples, "49 bytes are an example");
        figures.Add($"{name}FaultsPerThousand", 1000.0 * (end.MajorFaults - start.MajorFaults) / examples, "page faults that waited for the disk, per 1,000 examples");
    }
}
