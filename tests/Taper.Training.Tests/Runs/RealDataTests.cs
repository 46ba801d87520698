using System.Runtime.CompilerServices;
using Taper.Configuration;
using Taper.Data;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>A run of a study's own files, where its data is at hand: see TAPER_DATA.</summary>
public sealed class RealDataTests
{
    [Fact]
    public void A_bundle_of_frappe_predicts_as_the_model_and_keeps_its_budget()
    {
        string data = Environment.GetEnvironmentVariable("TAPER_DATA") ?? Repository("../shared/data");
        Assert.SkipUnless(Directory.Exists(Path.Combine(data, "frappe")), $"{data} has no frappe; set TAPER_DATA to the folder of the studies' data.");
        string work = Directory.CreateTempSubdirectory("taper-real-").FullName;
        try
        {
            Predicts_and_keeps_its_budget(data, work);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Predicts_and_keeps_its_budget(string data, string work)
    {
        (string dataset, string run) = (Path.Combine(work, "dataset"), Path.Combine(work, "run"));
        ConfigDocument document = Load("data.yaml", data);
        DatasetBuilder.Build(document.Bind<DataConfig>("data"), document.BaseFolder, dataset, cancellation: TestContext.Current.CancellationToken);
        RunConfig config = RunConfig.From(Load("amtl.yaml", data, "sizing.budget=0.25", "sizing.freeze_epoch=1", "training.epochs=2"));
        Trainer.Run(
            new TrainingRequest { Config = config, DatasetFolder = dataset, RunFolder = run }, new Silent(), TestContext.Current.CancellationToken);

        using TrainedRun trained = TrainedRun.Open(run);
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        Assert.Equal(28_860, expected.Length);
        Assert.InRange(LargestDifference(expected, trained, Precision.Fp32, Path.Combine(work, "fp32")), 0, 1e-5);
        Assert.InRange(LargestDifference(expected, trained, Precision.Fp16, Path.Combine(work, "fp16")), 1e-9, 1e-3);
        using Bundle bundle = Bundle.Open(Path.Combine(work, "fp32"));
        Assert.InRange(bundle.Manifest.Embedding.Ratio, 0.249, 0.25);
    }

    private static double LargestDifference(float[] expected, TrainedRun trained, Precision precision, string bundle) =>
        expected.Zip(BundleScores.Of(trained, precision, bundle), (a, b) => Math.Abs((double)a - b)).Max();

    private static ConfigDocument Load(string file, string data, params string[] overrides) => ConfigDocument.Load(
        Repository($"bench/experiments/frappe/{file}"), overrides, new Dictionary<string, string> { ["TAPER_DATA"] = data });

    private static string Repository(string path, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../..", path));
}
