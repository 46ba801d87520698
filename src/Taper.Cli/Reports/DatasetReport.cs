using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Terminal;
using Taper.Data;

namespace Taper.Cli.Reports;

/// <summary>What a dataset holds: its splits and its fields.</summary>
internal static class DatasetReport
{
    /// <summary>Tells what was prepared, as text or as JSON, as the command line asks for.</summary>
    public static void WriteOrJson(Shell shell, DatasetSummary summary, string folder)
    {
        if (shell.Options.Json)
        {
            shell.Result(Json(summary, folder));
        }
        else
        {
            Write(shell, summary, folder);
        }
    }

    private static void Write(Shell shell, DatasetSummary summary, string folder)
    {
        shell.Result($"dataset {summary.Name} in {folder}");
        foreach (string line in TextTable.Of(
            ["split", "examples", "positives", "share"],
            summary.Splits.Select(s => new[] { s.Name, Count(s.Rows), Count(s.Positives), Percent((double)s.Positives / s.Rows) })))
        {
            shell.Result(line);
        }

        shell.Result("");
        foreach (string line in TextTable.Of(
            ["field", "kind", "vocabulary", "top 1% share", "unknown in test", "missing in train"],
            summary.Fields.Select(f => new[]
            {
                f.Name,
                f.Kind.ToString(),
                Count(f.VocabularySize),
                Percent(f.TopShare),
                Share(f, SplitNames.Test, o => o.Unknown),
                Share(f, SplitNames.Train, o => o.Missing),
            })))
        {
            shell.Result(line);
        }
    }

    private static JsonObject Json(DatasetSummary summary, string folder)
    {
        JsonObject json = ResultJson.Start();
        json["dataset"] = folder;
        json["name"] = summary.Name;
        json["splits"] = new JsonArray([.. summary.Splits.Select(s => new JsonObject
        {
            ["name"] = s.Name,
            ["examples"] = s.Rows,
            ["positives"] = s.Positives,
        })]);
        json["fields"] = new JsonArray([.. summary.Fields.Select(f => new JsonObject
        {
            ["name"] = f.Name,
            ["kind"] = f.Kind.ToString(),
            ["vocabularySize"] = f.VocabularySize,
            ["topShare"] = ResultJson.Number(f.TopShare),
            ["splits"] = new JsonArray([.. f.Splits.Select(o => new JsonObject
            {
                ["name"] = o.Split,
                ["occurrences"] = o.Occurrences,
                ["unknown"] = o.Unknown,
                ["missing"] = o.Missing,
            })]),
        })]);
        return json;
    }

    private static string Share(FieldSummary field, string split, Func<FieldOccurrences, long> part) =>
        field.Splits.FirstOrDefault(o => o.Split == split) is { Occurrences: > 0 } found
            ? Percent((double)part(found) / found.Occurrences)
            : "-";

    private static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);
}
