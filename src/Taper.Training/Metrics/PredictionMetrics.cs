namespace Taper.Training.Metrics;

/// <summary>How good a split's predictions are.</summary>
public sealed record PredictionMetrics
{
    private const double SmallestProbability = 1e-7;
    private const int CalibrationBins = 20;

    /// <summary>Number of examples.</summary>
    public required int Examples { get; init; }

    /// <summary>Area under the ROC curve, ties averaged.</summary>
    public required double Auc { get; init; }

    /// <summary>Mean negative log likelihood, natural logarithm; probabilities clipped to [1e-7, 1 − 1e-7].</summary>
    public required double Logloss { get; init; }

    /// <summary>AUC within the values of the chosen field, weighted by examples; null where no field is chosen.</summary>
    public double? Gauc { get; init; }

    /// <summary>Mean predicted probability over the share of positives; 1 is calibrated on average.</summary>
    public required double PredictedOverActual { get; init; }

    /// <summary>Expected calibration error over 20 equal-width bins of the predicted probability.</summary>
    public required double CalibrationError { get; init; }

    /// <summary>Computes all metrics.</summary>
    /// <param name="probabilities">Predicted probability of each example.</param>
    /// <param name="labels">0 or 1 for each example.</param>
    /// <param name="groups">Group of each example for GAUC, or empty.</param>
    public static PredictionMetrics Of(
        ReadOnlySpan<float> probabilities, ReadOnlySpan<byte> labels, ReadOnlySpan<int> groups)
    {
        double loss = 0, predicted = 0, actual = 0;
        double[] binPredicted = new double[CalibrationBins], binActual = new double[CalibrationBins];
        for (int i = 0; i < probabilities.Length; i++)
        {
            double p = Math.Clamp(probabilities[i], SmallestProbability, 1 - SmallestProbability);
            loss -= labels[i] == 1 ? Math.Log(p) : Math.Log(1 - p);
            predicted += p;
            actual += labels[i];
            int bin = Math.Min(CalibrationBins - 1, (int)(p * CalibrationBins));
            binPredicted[bin] += p;
            binActual[bin] += labels[i];
        }

        double error = 0;
        for (int b = 0; b < CalibrationBins; b++)
        {
            error += Math.Abs(binPredicted[b] - binActual[b]);
        }

        return new PredictionMetrics
        {
            Examples = probabilities.Length,
            Auc = RankingQuality.Auc(probabilities, labels),
            Logloss = loss / probabilities.Length,
            Gauc = groups.IsEmpty ? null : RankingQuality.GroupedAuc(probabilities, labels, groups),
            PredictedOverActual = predicted / actual,
            CalibrationError = error / probabilities.Length,
        };
    }
}
