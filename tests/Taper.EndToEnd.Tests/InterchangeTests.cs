using System.Globalization;

namespace Taper.EndToEnd.Tests;

/// <summary>Models that leave for other programs and come back, through the executable.</summary>
public sealed class InterchangeTests : IDisposable
{
    private static readonly string[] ChangeNothing =
    [
        "--set", "sizing.method=fixed", "--set", "sizing.budget=null", "--set", "training.epochs=1",
        "--set", "training.freeze_embeddings=1", "--set", "training.freeze_network=1",
    ];

    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task What_is_exported_starts_a_training_that_predicts_the_same()
    {
        await _space.PrepareAsync();
        await _space.TrainAsync("run");
        double[] expected = await ScoresAsync("run");
        foreach (string format in (string[])["safetensors", "npy", "parquet"])
        {
            Outcome exported = (await _space.Taper("export", "run", "--out", format, "--format", format, "--json")).Succeeded();
            Assert.Equal(format, exported.Json.GetProperty("format").GetString());
            Assert.Equal(new DirectoryInfo(_space.At(format)).GetFiles().Sum(file => file.Length), exported.Json.GetProperty("bytes").GetInt64());
            _space.Write("again.yaml", Workspace.RunYaml + File.ReadAllText(_space.At(format, "import.yaml")));
            Outcome trained = (await _space.Taper(
                ["train", "again.yaml", "--data", "data", "--out", $"again-{format}", "--init-from", format, "--no-progress", .. ChangeNothing])).Succeeded();
            Assert.Contains("feature values and the network.", trained.Output + trained.Error, StringComparison.Ordinal);
            Assert.All(expected.Zip(await ScoresAsync($"again-{format}")), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        (await _space.Taper("export", "run", "--out", "npy", "--format", "npy", "--precision", "fp16")).Refused(2, "--precision", "npy");
        (await _space.Taper("export", "run", "--out", "npy")).Refused(2, "other files");
        (await _space.Taper("export", "run", "--out", "npy", "--format", "parquet")).Succeeded();
        _space.Write(Path.Combine("npy", "notes.txt"), "mine");
        (await _space.Taper("export", "run", "--out", "npy", "--format", "npy")).Refused(2, "other files");
    }

    private async Task<double[]> ScoresAsync(string run)
    {
        (await _space.Taper("export", run, "--out", $"bundle-{run}")).Succeeded();
        (await _space.Taper("predict", $"bundle-{run}", "--input", "raw.csv", "--out", $"scores-{run}.csv")).Succeeded();
        return [.. File.ReadLines(_space.At($"scores-{run}.csv")).Skip(1).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }
}
