using System.Text.Json.Nodes;
using Taper.Training.Metrics;
using Taper.Training.Runs;

namespace Taper.Cli.Reports;

/// <summary>Results as JSON, in the names that programs rely on.</summary>
internal static class ResultJson
{
    private const int SchemaVersion = 1;

    /// <summary>An object that starts with its schema's version.</summary>
    public static JsonObject Start() => new() { ["schema_version"] = SchemaVersion };

    /// <summary>A finished run.</summary>
    public static JsonObject Of(TrainingResult result, string runFolder)
    {
        JsonObject json = Start();
        json["validation"] = Of(result.Validation);
        json["test"] = Of(result.Test);
        json["embedding"] = Of(result.Embedding);
        json["seconds"] = Number(result.Seconds);
        json["samplesPerSecond"] = Number(result.SamplesPerSecond);
        json["trainingBytes"] = result.TrainingBytes;
        json["peakMemoryBytes"] = result.PeakMemoryBytes;
        json["epochs"] = result.Epochs;
        json["bestEpoch"] = result.BestEpoch;
        json["run"] = runFolder;
        return json;
    }

    /// <summary>Metrics of a split.</summary>
    public static JsonObject Of(PredictionMetrics metrics)
    {
        var json = new JsonObject
        {
            ["examples"] = metrics.Examples,
            ["auc"] = Number(metrics.Auc),
            ["logloss"] = Number(metrics.Logloss),
        };
        if (metrics.Gauc is double gauc)
        {
            json["gauc"] = Number(gauc);
        }

        json["predictedOverActual"] = Number(metrics.PredictedOverActual);
        json["calibrationError"] = Number(metrics.CalibrationError);
        return json;
    }

    /// <summary>Embedding memory.</summary>
    public static JsonObject Of(EmbeddingSummary embedding) => new()
    {
        ["parameters"] = embedding.Parameters,
        ["fixedParameters"] = embedding.FixedParameters,
        ["ratio"] = Number(embedding.Ratio),
        ["bytes"] = embedding.Bytes,
        ["meanSize"] = Number(embedding.MeanSize),
    };

    /// <summary>A number, or null where it is not finite: JSON has no word for that.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
