using Taper.Data;
using Taper.Models;
using Taper.Training.Metrics;

namespace Taper.Training.Runs;

/// <summary>What a run's best model hands over to a bundle.</summary>
internal static class RunExport
{
    public static BundleContent Of(TrainedRun run)
    {
        CtrModel model = run.Model;
        IReadOnlyList<Vocabulary> vocabularies = run.Dataset.Vocabularies;
        IReadOnlyList<VocabularySizes> sizes = run.Sizes;
        model.Network.eval();
        return new BundleContent
        {
            Name = run.Dataset.Manifest.Name,
            Fields = run.Dataset.Fields,
            Vocabularies =
            [
                .. vocabularies.Select((vocabulary, v) => new BundleVocabulary
                {
                    Name = vocabulary.Name,
                    Values = vocabulary.Values,
                    Counts = sizes[v].Counts,
                    Sizes = sizes[v].Sizes,
                    FirstRow = vocabulary.FirstRow,
                    Shared = model.Sizer.Sharing?.Of(vocabulary.FirstRow, vocabulary.Size),
                    DefaultRow = model.Sizer.HasSizeZero ? model.Sizer.Groups.TableRows + v : null,
                }),
            ],
            Embeddings = model.Table,
            Kept = model.Sizer.Elements,
            FirstOrder = model.FirstOrderTable,
            Network = model.Network.Export(),
            Sizing = run.Config.Sizing.Method,
            Budget = run.Config.Sizing.Method == "fixed" ? null : run.Config.Sizing.Budget,
            Metrics = run.Result is { } result
                ? new Dictionary<string, IReadOnlyDictionary<string, double>>
                {
                    ["validation"] = Words(result.Validation),
                    ["test"] = Words(result.Test),
                }
                : [],
        };
    }

    private static Dictionary<string, double> Words(PredictionMetrics metrics)
    {
        Dictionary<string, double> words = new() { ["auc"] = metrics.Auc, ["logloss"] = metrics.Logloss };
        return words.Where(word => double.IsFinite(word.Value)).ToDictionary();
    }
}
