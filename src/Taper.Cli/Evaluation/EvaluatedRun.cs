using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Training.Metrics;
using Taper.Training.Runs;

namespace Taper.Cli.Evaluation;

/// <summary>The best model of a run.</summary>
internal sealed class EvaluatedRun(string folder, string? data) : EvaluatedModel
{
    private readonly TrainedRun _run = TrainedRun.Open(folder, data);

    /// <inheritdoc/>
    public override JsonObject Embedding => ResultJson.Of(_run.Embedding);

    /// <inheritdoc/>
    public override PredictionMetrics Measure(string split, CancellationToken cancellation) => _run.Evaluate(split, cancellation);

    /// <inheritdoc/>
    public override void Dispose() => _run.Dispose();
}
