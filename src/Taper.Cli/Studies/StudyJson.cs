using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Studies;

namespace Taper.Cli.Studies;

/// <summary>A study's result as JSON, in the names that programs rely on.</summary>
internal static class StudyJson
{
    /// <summary>What a study has come to.</summary>
    public static JsonObject Of(StudyOutcome outcome)
    {
        JsonObject json = ResultJson.Start();
        json["folder"] = outcome.Folder;
        json["runs"] = outcome.Runs;
        json["finished"] = outcome.Finished;
        json["failed"] = Array(outcome.Failures, failure => new JsonObject
        {
            ["run"] = failure.Name.ToString(),
            ["error"] = failure.Error,
            ["log"] = failure.Log,
        });
        json["datasets"] = Array(outcome.Datasets, dataset => new JsonObject
        {
            ["dataset"] = dataset.Dataset,
            ["network"] = dataset.Network,
            ["groups"] = Array(dataset.Groups, group => new JsonObject
            {
                ["budget"] = group.Budget,
                ["finding"] = group.Finding,
                ["evidence"] = group.Evidence,
                ["settings"] = Array(group.Settings, Of),
            }),
        });
        json["files"] = Array(outcome.Files, file => JsonValue.Create(file));
        return json;
    }

    /// <summary>What a study has to do.</summary>
    public static JsonObject Of(StudyOutlook outlook)
    {
        JsonObject json = ResultJson.Start();
        json["runs"] = Array(outlook.Runs, run => new JsonObject { ["run"] = run.Name.ToString(), ["finished"] = run.IsFinished });
        json["finished"] = outlook.Finished;
        json["remainingSeconds"] = outlook.Remaining?.TotalSeconds;
        return json;
    }

    private static JsonObject Of(SettingSummary setting) => new()
    {
        ["method"] = setting.Method,
        ["testAuc"] = Of(setting.TestAuc),
        ["validationAuc"] = Of(setting.ValidationAuc),
        ["testLogloss"] = Of(setting.TestLogloss),
        ["difference"] = setting.Difference is not { } difference ? null : new JsonObject
        {
            ["n"] = difference.Count,
            ["mean"] = ResultJson.Number(difference.Mean),
            ["low"] = difference.Low,
            ["high"] = difference.High,
            ["baselineBudget"] = setting.BaselineBudget,
        },
        ["parameters"] = setting.Parameters,
        ["share"] = setting.Share,
        ["overBudget"] = setting.IsOverBudget,
        ["bytesPerValue"] = setting.BytesPerValue,
        ["trainingBytes"] = setting.TrainingBytes,
        ["peakMemoryBytes"] = setting.PeakMemoryBytes,
        ["seconds"] = setting.Seconds,
        ["chosen"] = setting.Chosen,
    };

    private static JsonObject Of(Sample sample) => new()
    {
        ["n"] = sample.Count,
        ["mean"] = ResultJson.Number(sample.Mean),
        ["deviation"] = sample.Deviation,
    };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> json) => new([.. items.Select(json)]);
}
