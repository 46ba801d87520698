using Taper.Data;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Interchange;

/// <summary>A trained model on its way to other programs.</summary>
/// <param name="Tables">The tables, one a vocabulary.</param>
/// <param name="Network">The network's weights by name (<see cref="NetworkDefinition.Weights"/>).</param>
internal sealed record ExportedModel(IReadOnlyList<ExportedTable> Tables, IReadOnlyDictionary<string, NetworkTensor> Network)
{
    /// <summary>The best model of a run. Nothing is copied.</summary>
    public static ExportedModel Of(TrainedRun run)
    {
        BundleContent content = RunExport.Of(run);
        Dataset dataset = run.Dataset;
        return new ExportedModel(
            [
                .. dataset.Vocabularies.Select((vocabulary, v) => new ExportedTable(
                    vocabulary, content, content.Vocabularies[v], Path.GetFileNameWithoutExtension(dataset.Manifest.Vocabularies[v].File))),
            ],
            content.Network.Weights);
    }
}
