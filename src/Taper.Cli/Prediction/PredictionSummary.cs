namespace Taper.Cli.Prediction;

/// <summary>What scoring a file came to.</summary>
internal sealed record PredictionSummary(long Rows, double Seconds, IReadOnlyList<UnknownValues> Unknown)
{
    public double RowsPerSecond => Rows / Math.Max(Seconds, 1e-9);
}
