using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Prediction;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Data;
using Taper.Models;

namespace Taper.Cli.Commands;

/// <summary><c>taper predict</c>: a bundle and raw rows in, probabilities out.</summary>
internal sealed class PredictCommand : TaperCommand
{
    private readonly Argument<string> _bundle = new("BUNDLE") { Description = "Bundle folder that `taper export` made." };
    private readonly Option<string> _input = new("--input", "-i") { Description = "Raw rows: .csv, .tsv (also .gz) or .parquet, with a column for each field.", HelpName = "FILE", Required = true };
    private readonly Option<string> _out = new("--out", "-o") { Description = "CSV file to write: one probability for each row, in input order.", HelpName = "FILE", Required = true };
    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads for the dense network.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public PredictCommand()
        : base(
            "predict",
            "Score raw rows with a bundle: one probability for each row, in input order.",
            "taper predict bundles/amtl --input rows.csv --out scores.csv",
            "taper predict bundles/amtl --input rows.parquet --out scores.csv --json")
    {
        _threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--threads must be 1 or more.");
            }
        });
        Arguments.Add(_bundle);
        foreach (Option option in new Option[] { _input, _out, _threads })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string output = parse.GetValue(_out)!;
        using Scorer scorer = Scorer.Open(parse.GetValue(_bundle)!, parse.GetValue(_threads));
        using RowSource rows = RowSource.Open(parse.GetValue(_input)!, cancellation);
        PredictionSummary summary = FilePrediction.Write(scorer, rows, output, new RowProgress(shell, "scored"), cancellation);
        if (shell.Options.Json)
        {
            shell.Result(Json(summary, output));
            return;
        }

        shell.Result(Format($"rows        {summary.Rows:#,0} in {summary.Seconds:0.0} s, {summary.RowsPerSecond:#,0} a second"));
        foreach (UnknownValues field in summary.Unknown.Where(field => field.Unknown > 0))
        {
            shell.Result(Format($"unknown     {field.Field}: {field.Share:0.00%} of {field.Values:#,0} values are not in the vocabulary"));
        }

        shell.Result($"scores      {output}");
    }

    private static JsonObject Json(PredictionSummary summary, string output)
    {
        JsonObject json = ResultJson.Start();
        json["scores"] = output;
        json["rows"] = summary.Rows;
        json["seconds"] = summary.Seconds;
        json["rowsPerSecond"] = summary.RowsPerSecond;
        json["fields"] = new JsonArray([.. summary.Unknown.Select(field => new JsonObject
        {
            ["name"] = field.Field,
            ["values"] = field.Values,
            ["unknown"] = field.Unknown,
        })]);
        return json;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
