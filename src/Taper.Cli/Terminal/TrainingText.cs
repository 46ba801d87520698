using System.Globalization;
using Taper.Training.Runs;

namespace Taper.Cli.Terminal;

/// <summary>Words for the progress of a run.</summary>
internal static class TrainingText
{
    /// <summary>Where a run stands.</summary>
    public static string Of(TrainingStep step, double? validationAuc)
    {
        string auc = validationAuc is double value ? Format($" · val AUC {value:0.0000}") : "";
        return Format(
            $"epoch {step.Epoch}/{step.Epochs} · loss {step.Loss:0.0000}{auc} · size {step.MeanSize:0.0} · memory {step.Ratio:0%} · {step.SamplesPerSecond / 1000:0.0}k/s");
    }

    /// <summary>What an epoch came to.</summary>
    public static string Of(EpochResult epoch) => Format(
        $"{(epoch.Loss is double loss ? string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: loss {loss:0.00000}, ") : "at the start: ")}validation AUC {epoch.Validation.Auc:0.00000}, logloss {epoch.Validation.Logloss:0.00000}, mean size {epoch.Embedding.MeanSize:0.00}, memory {epoch.Embedding.Ratio:0.0%}{(epoch.IsBest ? ", best so far" : "")}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
