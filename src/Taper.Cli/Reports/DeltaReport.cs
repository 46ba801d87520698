using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Terminal;
using Taper.Models;

namespace Taper.Cli.Reports;

/// <summary>What is to say about a delta.</summary>
internal static class DeltaReport
{
    public static void Write(Shell shell, BundleDelta delta)
    {
        if (shell.Options.Json)
        {
            shell.Result(Json(delta));
            return;
        }

        DeltaManifest manifest = delta.Manifest;
        shell.Result($"delta       {delta.Folder} ({ByteText.Of(BytesOf(manifest))}; the whole bundle is {ByteText.Of(manifest.ResultBytes)})");
        shell.Result($"changes     {manifest.Base}");
        shell.Result($"into        {manifest.Result}");
        shell.Result("");
        foreach (string line in TextTable.Of(
            ["vocabulary", "values", "new", "gone", "changed", "grown", "shrunk"],
            manifest.Vocabularies.Select(v => v.IsWhole
                ? [v.Name, Count(v.Values), "whole", "", "", "", ""]
                : new[] { v.Name, Count(v.Values), Count(v.New), Count(v.Gone), Count(v.Changed), Count(v.Grown), Count(v.Shrunk) })))
        {
            shell.Result(line.TrimEnd());
        }
    }

    private static JsonObject Json(BundleDelta delta)
    {
        DeltaManifest manifest = delta.Manifest;
        JsonObject json = ResultJson.Start();
        json["delta"] = delta.Folder;
        json["bytes"] = BytesOf(manifest);
        json["bundleBytes"] = manifest.ResultBytes;
        json["base"] = manifest.Base;
        json["result"] = manifest.Result;
        json["vocabularies"] = new JsonArray([.. manifest.Vocabularies.Select(v => new JsonObject
        {
            ["name"] = v.Name,
            ["values"] = v.Values,
            ["new"] = v.New,
            ["gone"] = v.Gone,
            ["changed"] = v.Changed,
            ["grown"] = v.Grown,
            ["shrunk"] = v.Shrunk,
            ["whole"] = v.IsWhole,
        })]);
        return json;
    }

    private static long BytesOf(DeltaManifest manifest) => manifest.Files.Sum(file => file.Bytes);

    private static string Count(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
