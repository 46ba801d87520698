using System.Globalization;

namespace Taper.EndToEnd.Tests;

/// <summary>Training that starts from a trained model, through the executable.</summary>
public sealed class WarmStartTests : IDisposable
{
    private const string RunYaml = """
        network: {type: dnn, hidden_units: [6]}
        sizing: {method: fixed, embedding_dim: 8}
        training: {epochs: 1, batch_size: 128, threads: 1, freeze_embeddings: 1, freeze_network: 1}

        """;

    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_trained_run_is_tapered()
    {
        await _space.PrepareAsync();
        await _space.TrainAsync("wide", "--set", "sizing.method=fixed", "--set", "sizing.budget=null");
        _space.Write("taper.yaml", Workspace.RunYaml.Replace("method: amtl", "method: taper", StringComparison.Ordinal).Replace("freeze_epoch: 1", "freeze_epoch: 0", StringComparison.Ordinal));
        Outcome outcome = (await _space.Taper("train", "taper.yaml", "--data", "data", "--out", "small", "--init-from", "wide", "--no-progress")).Succeeded();
        Assert.Contains("Starts from wide: ", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains("feature values and the network.", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains("at the start: validation AUC", outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_goes_on_with_the_next_days_data()
    {
        await _space.PrepareAsync();
        await _space.TrainAsync("first");
        string[] lines = File.ReadAllLines(_space.At("raw.csv"));
        _space.Write("raw.csv", string.Join('\n', [lines[0], .. lines.Skip(1).Where((_, row) => row % 2 == 0), "newcomer,i1,t1,1,1", "newcomer,i2,t1,1,0", ""]));
        (await _space.Taper("prepare", "data.yaml", "--out", "next", "--after", "data", "--set", "data.count_decay=0.5")).Succeeded();
        Outcome outcome = (await _space.Taper(
            "train", "run.yaml", "--data", "next", "--out", "second", "--init-from", "first", "--set", "sizing.budget_warmup=1", "--no-progress")).Succeeded();
        Assert.Contains("feature values, the network and the optimizers' state.", outcome.Output + outcome.Error, StringComparison.Ordinal);
        (await _space.Taper("export", "second", "--out", "bundle")).Succeeded();
    }

    [Theory]
    [InlineData("model.pt", "state_dict.")]
    [InlineData("model.safetensors", "")]
    public async Task Weights_of_PyTorch_score_as_PyTorch_did(string file, string prefix)
    {
        foreach (string path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "PyTorchModel")))
        {
            File.Copy(path, _space.At(Path.GetFileName(path)));
        }

        _space.Write("data.yaml", """
            data:
              name: foreign
              sources: [{name: rows, path: rows.csv}]
              fields: [{name: user}, {name: item}]
              split: {hash: {columns: [user, item, score], validation: 0.2, test: 0.2}}
            """);
        _space.Write("run.yaml", RunYaml + $$"""
            import:
              vocabularies:
                user: {tensor: {{prefix}}user.weight, keys: user.csv, column: user, unknown_row: 0}
                item: {tensor: {{prefix}}item.weight, keys: item.csv, column: item, unknown_row: 0}
              network:
                mlp.0.weight: {{prefix}}deep.0.weight
                mlp.0.bias: {{prefix}}deep.0.bias
                output.weight: {{prefix}}deep.2.weight
                output.bias: {{prefix}}deep.2.bias

            """);
        await _space.PrepareAsync();
        await _space.TrainAsync("run", "--init-from", file);
        (await _space.Taper("export", "run", "--out", "bundle")).Succeeded();
        (await _space.Taper("predict", "bundle", "--input", "rows.csv", "--out", "scores.csv")).Succeeded();
        double[] expected = [.. File.ReadLines(_space.At("rows.csv")).Skip(1).Select(line => Number(line.Split(',')[3]))];
        double[] scores = [.. File.ReadLines(_space.At("scores.csv")).Skip(1).Select(Number)];
        Assert.Equal(600, scores.Length);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
