using System.CommandLine;
using System.Text.Json.Nodes;
using Taper.Cli.Evaluation;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Data;
using Taper.Training.Metrics;

namespace Taper.Cli.Commands;

/// <summary><c>taper evaluate</c>: metrics of a run or a bundle on a split of a dataset.</summary>
internal sealed class EvaluateCommand : TaperCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A run or bundle folder." };
    private readonly Option<string?> _data = new("--data") { Description = "Dataset folder; a run knows its own.", HelpName = "DIR" };
    private readonly Option<string> _split = new("--split")
    {
        Description = "train, validation or test.",
        HelpName = "NAME",
        DefaultValueFactory = _ => SplitNames.Test,
    };

    public EvaluateCommand()
        : base(
            "evaluate",
            "Measure a run or a bundle on a split of a dataset.",
            "taper evaluate runs/amtl --split validation",
            "taper evaluate bundles/amtl --data data/frappe --json")
    {
        _split.AcceptOnlyFromAmong(SplitNames.Train, SplitNames.Validation, SplitNames.Test);
        Arguments.Add(_model);
        Options.Add(_data);
        Options.Add(_split);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string split = parse.GetValue(_split)!;
        using EvaluatedModel model = EvaluatedModel.Open(parse.GetValue(_model)!, parse.GetValue(_data));
        if (!shell.Options.Json)
        {
            ResultText.Write(shell, split, model.Measure(split, cancellation));
            return;
        }

        shell.Result(Json(model, split, cancellation));
    }

    /// <summary>Programs always get validation and test, so that one object serves them all.</summary>
    private static JsonObject Json(EvaluatedModel model, string split, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        long examples = 0;
        JsonObject json = ResultJson.Start();
        foreach (string name in new[] { SplitNames.Validation, SplitNames.Test, split }.Distinct())
        {
            PredictionMetrics metrics = model.Measure(name, cancellation);
            json[name] = ResultJson.Of(metrics);
            examples += metrics.Examples;
        }

        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        json["embedding"] = model.Embedding;
        json["seconds"] = seconds;
        json["samplesPerSecond"] = examples / Math.Max(seconds, 1e-9);
        return json;
    }
}
