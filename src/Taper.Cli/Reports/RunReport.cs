using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Models;
using Taper.Training.Metrics;
using Taper.Training.Runs;

namespace Taper.Cli.Reports;

/// <summary>What is to say about a run.</summary>
internal static class RunReport
{
    public static SizeReport Of(TrainedRun run, string title)
    {
        EmbeddingSummary embedding = run.Embedding;
        List<(string, string)> facts =
        [
            ("dataset", run.Dataset.Manifest.Name),
            ("network", run.Config.Network.Type),
            ("sizing", run.Config.Sizing.Method + (run.Config.Sizing.Budget is double budget ? Format($", budget {budget:0.###}") : "")),
            ("embedding", Format(
                $"{embedding.Parameters:#,0} of {embedding.FixedParameters:#,0} parameters ({embedding.Ratio:0.0%}), {ByteText.Of(embedding.Bytes)}, mean size {embedding.MeanSize:0.00}")),
        ];
        var details = new JsonObject { ["embedding"] = ResultJson.Of(embedding), ["sizing"] = run.Config.Sizing.Method };
        if (run.Result is { } result)
        {
            facts.Add(("validation", Words(result.Validation)));
            facts.Add(("test", Words(result.Test)));
            facts.Add(("training", Format($"{result.Epochs} epochs (best {result.BestEpoch}), {result.Seconds:0.0} s")));
            details["validation"] = ResultJson.Of(result.Validation);
            details["test"] = ResultJson.Of(result.Test);
            details["seconds"] = ResultJson.Number(result.Seconds);
        }
        else
        {
            facts.Add(("training", "not finished; these are the sizes of the best epoch so far"));
        }

        return new SizeReport
        {
            Title = title,
            Dimension = run.Config.Sizing.EmbeddingDim,
            Vocabularies = [.. run.Sizes.Select(v => new VocabularyReport(v.Name, SizeSummary.Of(v.Counts, v.Sizes)))],
            Facts = facts,
            Details = details,
        };
    }

    /// <summary>Metrics in a few words.</summary>
    public static string Words(PredictionMetrics metrics) => Format($"AUC {metrics.Auc:0.00000}, logloss {metrics.Logloss:0.00000}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
