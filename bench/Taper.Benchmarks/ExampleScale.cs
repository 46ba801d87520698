using System.Diagnostics;
using Taper.Data;
using Taper.Data.Synthetic;
using Taper.Training;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Benchmarks;

/// <summary>Time and memory by the number of examples: prepared from Parquet, opened, and trained on for an epoch.</summary>
internal static class ExampleScale
{
    public static void Measure(Figures figures, int examples, RunConfig config)
    {
        string folder = Directory.CreateTempSubdirectory("taper-scale-").FullName;
        string name = examples < 1_000_000 ? $"{examples / 1000}KExamples" : $"{examples / 1_000_000}MExamples";
        try
        {
            SyntheticConfig made = new() { Rows = examples, Vocabularies = [100_000, 100_000, 10_000, 1_000] };
            SyntheticData.Write(Path.Combine(folder, "rows.parquet"), made);
            string path = Path.Combine(folder, "dataset");
            figures.Add($"{name}PrepareSeconds", Seconds(() => Prepare(folder, path, made.Vocabularies.Count)), "4 fields, from Parquet");
            figures.Add($"{name}DatasetBytes", Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), "");
            Dataset? dataset = null;
            figures.Add($"{name}OpenSeconds", Seconds(() => dataset = Dataset.Open(path)), "every checksum compared");
            using (dataset)
            {
                figures.Add($"{name}EpochSeconds", Seconds(() => Train(dataset!, config)), "the model made, and one epoch");
            }

            figures.Add($"{name}PeakGibibytes", PeakGibibytes(), "resident, of the process so far");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static double PeakGibibytes() => Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1L << 30);

    public static double Gibibytes() => Process.GetCurrentProcess().WorkingSet64 / (double)(1L << 30);

    /// <summary>What the trainer does at sizing.freeze_epoch.</summary>
    public static void Freeze(CtrModel model, ModelOptimizers optimizers)
    {
        using (NewDisposeScope())
        {
            model.Sizer.Mask(0);
        }

        model.Sizer.Freeze();
        model.Layer.Compact();
        optimizers.Compact();
    }

    private static void Prepare(string folder, string dataset, int fields)
    {
        DataConfig config = new()
        {
            Name = "scale",
            Sources = [new SourceConfig { Name = "made", Path = "rows.parquet" }],
            Fields = [.. Enumerable.Range(0, fields).Select(field => new FieldConfig { Name = $"f{field}" })],
            Split = new SplitConfig { Files = new FilesSplit { Train = "made" } },
        };
        DatasetBuilder.Build(config, folder, dataset);
    }

    private static void Train(Dataset dataset, RunConfig config)
    {
        using CtrModel model = CtrModel.Create(dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Freeze(model, optimizers);
        Examples train = dataset.Split("train");
        ExampleOrder order = ExampleOrder.Shuffled(train.Count, seed: 1, epoch: 0, config.Training.ShuffleWindow);
        foreach (Batch batch in new BatchReader(dataset, train, config.Training.BatchSize).Read(order))
        {
            optimizers.Step(batch, 1);
        }
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
