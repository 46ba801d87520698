using System.Text.Json.Nodes;
using Taper.Cli.Terminal;
using Taper.Training.Metrics;

namespace Taper.Cli.Evaluation;

/// <summary>A model and the dataset it is measured on.</summary>
internal abstract class EvaluatedModel : IDisposable
{
    /// <summary>Opens a run or a bundle.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="data">The dataset; may be null for a run, which knows its own.</param>
    public static EvaluatedModel Open(string folder, string? data) => Artifact.KindOf(folder) switch
    {
        ArtifactKind.Run => new EvaluatedRun(folder, data),
        ArtifactKind.Bundle => new EvaluatedBundle(
            folder, data ?? throw new UsageException($"{folder} is a bundle, which knows no dataset: name one with --data.")),
        _ => throw new UsageException($"{folder} is a dataset; name a run or a bundle."),
    };

    /// <summary>What the embeddings take.</summary>
    public abstract JsonObject Embedding { get; }

    /// <summary>Measures a split.</summary>
    public abstract PredictionMetrics Measure(string split, CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract void Dispose();
}
