using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Models;

namespace Taper.Cli.Reports;

/// <summary>What is to say about a bundle.</summary>
internal static class BundleReport
{
    public static SizeReport Of(BundleManifest manifest, string title)
    {
        List<(string, string)> facts =
        [
            ("model", manifest.Name),
            ("network", manifest.Network),
            ("sizing", manifest.Sizing + (manifest.Budget is double budget ? Format($", budget {budget:0.###}") : "")),
            ("precision", Name(manifest.Precision)),
            ("embedding", Words(manifest.Embedding)),
            .. manifest.Metrics.Select(split => (split.Key, string.Join(", ", split.Value.Select(metric => Format($"{metric.Key} {metric.Value:0.00000}"))))),
            .. manifest.Files.Select(file => (file.Path, ByteText.Of(file.Bytes))),
            ("made by", manifest.CreatedBy),
        ];
        return new SizeReport
        {
            Title = title,
            Dimension = manifest.Dimension,
            Vocabularies = [.. manifest.Vocabularies.Select(entry => new VocabularyReport(entry.Name, entry.Sizes))],
            Facts = facts,
            Details = Details(manifest),
        };
    }

    /// <summary>Embedding memory in the names that programs rely on.</summary>
    public static JsonObject Json(BundleManifest manifest) => new()
    {
        ["parameters"] = manifest.Embedding.Parameters,
        ["fixedParameters"] = manifest.Embedding.FixedParameters,
        ["ratio"] = ResultJson.Number(manifest.Embedding.Ratio),
        ["bytes"] = manifest.Embedding.Bytes,
        ["meanSize"] = ResultJson.Number(
            manifest.Vocabularies.Sum(v => (double)v.Sizes.Parameters) / manifest.Vocabularies.Sum(v => (double)v.Sizes.Values)),
    };

    /// <summary>As a config writes it.</summary>
    public static string Name(Precision precision) => precision.ToString().ToLowerInvariant();

    private static JsonObject Details(BundleManifest manifest)
    {
        var details = new JsonObject
        {
            ["name"] = manifest.Name,
            ["network"] = manifest.Network,
            ["sizing"] = manifest.Sizing,
            ["precision"] = Name(manifest.Precision),
            ["embedding"] = Json(manifest),
        };
        foreach ((string split, IReadOnlyDictionary<string, double> metrics) in manifest.Metrics)
        {
            details[split] = new JsonObject(metrics.Select(metric => KeyValuePair.Create(metric.Key, ResultJson.Number(metric.Value))));
        }

        details["files"] = new JsonArray([.. manifest.Files.Select(file => new JsonObject { ["path"] = file.Path, ["bytes"] = file.Bytes })]);
        return details;
    }

    private static string Words(BundleEmbedding embedding) => Format(
        $"{embedding.Parameters:#,0} of {embedding.FixedParameters:#,0} parameters ({embedding.Ratio:0.0%}), {ByteText.Of(embedding.Bytes)}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
