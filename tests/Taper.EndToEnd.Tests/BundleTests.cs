using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>From a run to a bundle to predictions, through the executable.</summary>
public sealed class BundleTests : IDisposable
{
    private const string SplitByHash = "hash: {columns: [user, item], validation: 0.2, test: 0.2}";
    private const string SplitByFile = "files: {train: raw, validation: validation, test: test}";

    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData("fp32", 1e-6)]
    [InlineData("fp16", 1e-4)]
    [InlineData("int8", 1e-2)]
    public async Task A_bundle_measures_as_its_run_does(string precision, double tolerance)
    {
        await BundleAsync(precision);
        JsonElement run = (await _space.Taper("evaluate", "run", "--json")).Succeeded().Json;
        JsonElement bundle = (await _space.Taper("evaluate", "bundle", "--data", "data", "--json")).Succeeded().Json;
        foreach (string split in new[] { "validation", "test" })
        {
            Assert.Equal(Logloss(run, split), Logloss(bundle, split), tolerance);
        }

        Assert.Equal(
            run.GetProperty("embedding").GetProperty("parameters").GetInt64(),
            bundle.GetProperty("embedding").GetProperty("parameters").GetInt64());
        Assert.True(bundle.GetProperty("embedding").GetProperty("ratio").GetDouble() <= 0.4);
    }

    [Theory]
    [InlineData("test.csv")]
    [InlineData("test.tsv")]
    public async Task Raw_rows_are_scored_in_their_order(string input)
    {
        await BundleAsync();
        string[] rows = [.. File.ReadLines(_space.At("test.csv"))];
        File.WriteAllLines(_space.At("test.tsv"), rows.Select(row => row.Replace(',', '\t')));
        JsonElement result = (await _space.Taper("predict", "bundle", "--input", input, "--out", "scores.csv", "--json")).Succeeded().Json;
        string[] lines = File.ReadAllLines(_space.At("scores.csv"));
        Assert.Equal("probability", lines[0]);
        Assert.Equal(rows.Length, lines.Length);
        Assert.Equal(rows.Length - 1, result.GetProperty("rows").GetInt32());
        double loss = rows.Zip(lines).Skip(1).Average(pair => Loss(pair.First[^1], pair.Second));
        JsonElement evaluated = (await _space.Taper("evaluate", "bundle", "--data", "data", "--json")).Succeeded().Json;
        Assert.Equal(Logloss(evaluated, "test"), loss, 1e-6);
    }

    [Fact]
    public async Task The_sample_scores_rows_as_predict_does()
    {
        await BundleAsync();
        _space.Write("two.csv", "user,item,tags,price\nu1,i1,t1;t2,0.5\n,i3,,\n");
        (await _space.Taper("predict", "bundle", "--input", "two.csv", "--out", "scores.csv")).Succeeded();
        using Process sample = TaperProcess.Start(TaperProcess.Sample("ScoreRows"), _space.Folder, [], "bundle");
        await sample.StandardInput.WriteAsync("u1\ti1\tt1;t2\t0.5\n\ti3\t\t\n");
        sample.StandardInput.Close();
        Outcome outcome = (await TaperProcess.EndOf(sample)).Succeeded();
        Assert.Equal(
            File.ReadLines(_space.At("scores.csv")).Skip(1).Select(score => float.Parse(score, CultureInfo.InvariantCulture).ToString("0.0000", CultureInfo.InvariantCulture)),
            outcome.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Unknown_values_are_scored_and_counted()
    {
        await BundleAsync();
        _space.Write("new.csv", "price,tags,item,user\n0.5,t1;t99,i1,nobody\n,,,\n");
        JsonElement result = (await _space.Taper("predict", "bundle", "--input", "new.csv", "--out", "scores.csv", "--json")).Succeeded().Json;
        Assert.Equal(
            [1, 0, 1, 0],
            result.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("unknown").GetInt32()));
        Assert.Equal(3, File.ReadAllLines(_space.At("scores.csv")).Length);
    }

    [Fact]
    public async Task Fields_are_found_in_the_columns_that_training_read_or_by_their_names()
    {
        _space.Write("data.yaml", Workspace.DataYaml()
            .Replace("{name: item}", "{name: product, column: item}\n    - {name: cost, column: price, kind: bucketed}", StringComparison.Ordinal));
        await _space.PrepareAsync();
        await _space.TrainAsync("run");
        (await _space.Taper("export", "run", "--out", "bundle")).Succeeded();
        _space.Write("raw2.csv", "user,item,tags,price\nu1,i1,t1;t2,0.5\nu2,i3,t1,0.9\n");
        _space.Write("named.csv", "cost,user,product,tags,price\n0.5,u1,i1,t1;t2,0.5\n0.9,u2,i3,t1,0.9\n");
        (await _space.Taper("predict", "bundle", "--input", "raw2.csv", "--out", "a.csv")).Succeeded();
        (await _space.Taper("predict", "bundle", "--input", "named.csv", "--out", "b.csv")).Succeeded();
        string[] scores = File.ReadAllLines(_space.At("a.csv"));
        Assert.Equal(3, scores.Length);
        Assert.NotEqual(scores[1], scores[2]);
        Assert.Equal(scores, File.ReadAllLines(_space.At("b.csv")));
    }

    [Fact]
    public async Task A_missing_column_is_named_and_old_scores_stay()
    {
        await BundleAsync();
        _space.Write("new.csv", "user,tags,price\nu1,t1,0.5\n");
        _space.Write("scores.csv", "old");
        (await _space.Taper("predict", "bundle", "--input", "new.csv", "--out", "scores.csv")).Refused(3, "new.csv", "item");
        Assert.Equal("old", File.ReadAllText(_space.At("scores.csv")));
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("keys.safetensors")]
    [InlineData("embeddings.safetensors")]
    [InlineData("network.onnx")]
    public async Task A_flipped_byte_is_refused_with_its_file(string file)
    {
        await BundleAsync();
        FlippedByte.In(_space.At("bundle", file));
        (await _space.Taper("predict", "bundle", "--input", "test.csv", "--out", "scores.csv")).Refused(3, file);
        Assert.False(File.Exists(_space.At("scores.csv")));
    }

    [Fact]
    public async Task A_bundle_of_a_newer_version_is_refused()
    {
        await BundleAsync();
        string path = _space.At("bundle", "manifest.json");
        File.WriteAllText(path, NewerVersion.Of(File.ReadAllText(path)));
        (await _space.Taper("inspect", "bundle")).Refused(3, "manifest.json", "99");
    }

    [Fact]
    public async Task A_bundle_is_inspected_as_text_and_as_a_page()
    {
        await BundleAsync();
        Outcome outcome = (await _space.Taper("inspect", "bundle", "--html", "sizes.html")).Succeeded();
        Assert.Contains("Mean kept size by vocabulary", outcome.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(_space.At("sizes.html"));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_files_are_not_overwritten()
    {
        await BundleAsync();
        Directory.CreateDirectory(_space.At("mine"));
        _space.Write("mine/notes.txt", "keep");
        (await _space.Taper("export", "run", "--out", "mine")).Refused(2, "mine");
        Assert.Equal("keep", File.ReadAllText(_space.At("mine", "notes.txt")));
    }

    private async Task BundleAsync(string precision = "fp32")
    {
        string[] rows = [.. File.ReadLines(_space.At("raw.csv"))];
        File.WriteAllLines(_space.At("validation.csv"), [rows[0], .. rows[1..400]]);
        File.WriteAllLines(_space.At("test.csv"), [rows[0], .. rows[400..1000]]);
        File.WriteAllLines(_space.At("raw.csv"), [rows[0], .. rows[1000..]]);
        _space.Write("data.yaml", Workspace.DataYaml()
            .Replace("path: raw.csv}", "path: raw.csv}\n    - {name: validation, path: validation.csv}\n    - {name: test, path: test.csv}", StringComparison.Ordinal)
            .Replace(SplitByHash, SplitByFile, StringComparison.Ordinal));
        await _space.PrepareAsync();
        await _space.TrainAsync("run");
        (await _space.Taper("export", "run", "--out", "bundle", "--precision", precision)).Succeeded();
    }

    private static double Logloss(JsonElement json, string split) => json.GetProperty(split).GetProperty("logloss").GetDouble();

    private static double Loss(char label, string probability)
    {
        double p = double.Parse(probability, CultureInfo.InvariantCulture);
        return -Math.Log(label == '1' ? p : 1 - p);
    }
}
