using System.Text;
using Taper.Configuration;
using Taper.Data;
using Taper.Training.Networks;
using Taper.Training.Runs;

namespace Taper.Training.Interchange;

/// <summary>The text of <c>import.yaml</c>: the section that lets a training start from what was exported.</summary>
internal static class ImportSection
{
    /// <summary>How every such file begins.</summary>
    public const string Start = "# Written by taper export";

    /// <summary>The text; comments alone where no training can start from the model.</summary>
    public static string Of(TrainedRun run, ExportedModel model, IWeightLayout layout)
    {
        StringBuilder text = new();
        if (model.Network.Keys.Any(EmbeddingProjection.IsWeight))
        {
            return text.Append($"{Start}. No training can start from it: the network projects its embeddings (sizing.method {run.Config.Sizing.Method}).\n").ToString();
        }

        NetworkConfig network = run.Config.Network;
        text.Append($"{Start}. Append it to the config of a training, and name this folder in --init-from.\n");
        text.Append($"# sizing.embedding_dim was {model.Tables[0].Dimension}, network.type {network.Type}, network.hidden_units [{string.Join(", ", network.HiddenUnits)}]");
        text.Append($", network.cross_layers {network.CrossLayers}.\n");
        if (network.BatchNorm)
        {
            text.Append("# Batch normalisation is folded into the layers: leave network.batch_norm out.\n");
        }

        return text.Append(ConfigDocument.ToYaml("import", ImportOf(model, layout))).ToString();
    }

    private static ImportConfig ImportOf(ExportedModel model, IWeightLayout layout) => new()
    {
        Vocabularies = model.Tables.ToDictionary(
            table => table.Name,
            table => layout.ImportOf(table) with { Column = "value", UnknownRow = Vocabulary.Unknown, MissingRow = Vocabulary.Missing }),
        Network = model.Network.Keys.ToDictionary(name => name),
        NetworkFile = layout.NetworkFile,
    };
}
