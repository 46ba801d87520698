using System.Runtime.CompilerServices;
using Taper.Configuration;

namespace Taper.Data.Tests;

/// <summary>The studies' data, where it is at hand: see TAPER_DATA.</summary>
public sealed class RealDataTests
{
    [Theory]
    [InlineData("frappe", 202_027, 57_722, 28_860)]
    [InlineData("ml-10m-tag", 200_718, 57_348, 28_674)]
    public void A_study_has_the_rows_its_source_tells_of(string name, int train, int validation, int test)
    {
        string data = Environment.GetEnvironmentVariable("TAPER_DATA") ?? Repository("../shared/data");
        Assert.SkipUnless(Directory.Exists(Path.Combine(data, name)), $"{data} has no {name}; set TAPER_DATA to the folder of the studies' data.");
        using Workspace work = new();
        ConfigDocument document = ConfigDocument.Load(
            Repository($"bench/experiments/{name}/data.yaml"), [], new Dictionary<string, string> { ["TAPER_DATA"] = data });
        DatasetSummary summary = DatasetBuilder.Build(
            document.Bind<DataConfig>("data"), document.BaseFolder, work.Out, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([train, validation, test], summary.Splits.Select(split => split.Rows));
        using Dataset dataset = Dataset.Open(work.Out);
        Assert.All(dataset.Vocabularies.Select(vocabulary => vocabulary.ReadCounts()), counts => Assert.True(counts[2] >= counts[^1]));
    }

    private static string Repository(string path, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../..", path));
}
