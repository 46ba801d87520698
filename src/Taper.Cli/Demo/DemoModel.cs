using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Models;
using Taper.Training.Metrics;

namespace Taper.Cli.Demo;

/// <summary>A model of the demo, trained, exported and scored from its bundle.</summary>
internal sealed record DemoModel(string Name, string BundleFolder, BundleManifest Manifest, PredictionMetrics Test, double Seconds)
{
    /// <summary>Bytes of the whole bundle but its manifest.</summary>
    public long BundleBytes => Manifest.Files.Sum(file => file.Bytes);

    public JsonObject Json() => new()
    {
        ["name"] = Name,
        ["test"] = ResultJson.Of(Test),
        ["embedding"] = BundleReport.Json(Manifest),
        ["bundle"] = BundleFolder,
        ["bundleBytes"] = BundleBytes,
        ["seconds"] = ResultJson.Number(Seconds),
    };
}
