using Taper.Data;
using Taper.Data.Synthetic;
using Taper.Training.Runs;
using Taper.Training.Tests.Runs;

namespace Taper.Training.Tests.Sizing;

/// <summary>Examples whose true embedding sizes are known: AMTL has to find their shape, from a random start as in the paper.</summary>
public sealed class PlantedSizesTests
{
    private static readonly SyntheticConfig Planted = new() { Rows = 60_000, Vocabularies = [800, 800], Dimension = 8, Noise = 0, Seed = 5 };

    [Fact]
    public void Learned_sizes_follow_the_planted_ones_over_frequency_deciles()
    {
        string work = Directory.CreateTempSubdirectory("taper-planted-").FullName;
        try
        {
            double[][] sizes = MeanSizes(Train(work));
            Assert.True(Spearman(sizes[0], sizes[1]) >= 0.7, $"learned {string.Join(' ', sizes[0])}, planted {string.Join(' ', sizes[1])}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static TrainedRun Train(string work)
    {
        SyntheticData.Write(Path.Combine(work, "rows.csv"), Planted, cancellation: TestContext.Current.CancellationToken);
        DataConfig data = new()
        {
            Name = "planted",
            Sources = [new SourceConfig { Name = "rows", Path = "rows.csv" }],
            Fields = [new FieldConfig { Name = "f0" }, new FieldConfig { Name = "f1" }],
            Split = new SplitConfig { Hash = new HashSplit { Columns = ["f0", "f1"], Validation = 0.1, Test = 0.1 } },
        };
        string dataset = Path.Combine(work, "dataset"), run = Path.Combine(work, "run");
        DatasetBuilder.Build(data, work, dataset, cancellation: TestContext.Current.CancellationToken);
        RunConfig config = new()
        {
            Network = new NetworkConfig { Type = "dnn", HiddenUnits = [32] },
            Sizing = new SizingConfig { Method = "amtl", EmbeddingDim = 8, Budget = 0.4, FreezeEpoch = 4, Start = "random" },
            Training = new TrainingConfig { Epochs = 4, BatchSize = 512, LearningRate = 0.01, EmbeddingOptimizer = "adam", EmbeddingRegularizer = 2e-4, Threads = 1 },
        };
        Trainer.Run(new TrainingRequest { Config = config, DatasetFolder = dataset, RunFolder = run }, new Silent(), TestContext.Current.CancellationToken);
        return TrainedRun.Open(run);
    }

    /// <summary>Mean learned and planted size of each frequency decile of each vocabulary.</summary>
    private static double[][] MeanSizes(TrainedRun trained)
    {
        using TrainedRun run = trained;
        PlantedModel model = new(Planted);
        List<double> learned = [], planted = [];
        foreach ((int field, VocabularySizes vocabulary) in run.Sizes.Index())
        {
            string[] values = run.Dataset.Vocabularies[field].Values.ToArray();
            int[] ids = [.. Enumerable.Range(2, values.Length - 2).OrderByDescending(id => vocabulary.Counts[id])];
            foreach (int[] decile in ids.Chunk((ids.Length + 9) / 10))
            {
                learned.Add(decile.Average(id => (double)vocabulary.Sizes[id]));
                planted.Add(decile.Average(id => (double)model.SizeOf(field, int.Parse(values[id][1..], System.Globalization.CultureInfo.InvariantCulture))));
            }
        }

        return [[.. learned], [.. planted]];
    }

    private static double Spearman(double[] a, double[] b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double mx = x.Average(), my = y.Average();
        double covariance = x.Zip(y, (p, q) => (p - mx) * (q - my)).Sum();
        return covariance / Math.Sqrt(x.Sum(p => (p - mx) * (p - mx)) * y.Sum(q => (q - my) * (q - my)));
    }

    /// <summary>Ties share their mean rank.</summary>
    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(w => w < v) + ((values.Count(w => w == v) - 1) / 2.0))];
}
