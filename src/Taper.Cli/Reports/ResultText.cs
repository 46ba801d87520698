using System.Globalization;
using Taper.Cli.Terminal;
using Taper.Training.Metrics;
using Taper.Training.Runs;

namespace Taper.Cli.Reports;

/// <summary>Results as lines for people.</summary>
internal static class ResultText
{
    /// <summary>A run's result as the shell wants it: lines, or JSON.</summary>
    public static void WriteOrJson(Shell shell, TrainingResult result, string runFolder)
    {
        if (shell.Options.Json)
        {
            shell.Result(ResultJson.Of(result, runFolder));
        }
        else
        {
            Write(shell, result, runFolder);
        }
    }

    public static void Write(Shell shell, TrainingResult result, string runFolder)
    {
        Write(shell, "validation", result.Validation);
        Write(shell, "test", result.Test);
        Write(shell, result.Embedding);
        shell.Result(Format(
            $"training    {result.Epochs} epochs (best {result.BestEpoch}), {result.Seconds:0.0} s, {result.SamplesPerSecond:#,0} examples/s"));
        shell.Result($"run         {runFolder}");
    }

    public static void Write(Shell shell, string split, PredictionMetrics metrics)
    {
        string gauc = metrics.Gauc is double value ? Format($", GAUC {value:0.00000}") : "";
        shell.Result(Format(
            $"{split,-11} AUC {metrics.Auc:0.00000}, logloss {metrics.Logloss:0.00000}{gauc}, predicted/actual {metrics.PredictedOverActual:0.000} ({metrics.Examples:#,0} examples)"));
    }

    public static void Write(Shell shell, EmbeddingSummary embedding) => shell.Result(Format(
        $"embeddings  {embedding.Parameters:#,0} of {embedding.FixedParameters:#,0} parameters ({embedding.Ratio:0.0%}), {ByteText.Of(embedding.Bytes)}, mean size {embedding.MeanSize:0.00}"));

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
