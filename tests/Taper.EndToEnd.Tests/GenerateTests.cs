using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>Synthetic data and plans, through the executable.</summary>
public sealed class GenerateTests : IDisposable
{
    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task What_is_generated_can_be_prepared_planned_and_trained()
    {
        (await _space.Taper("generate", "--out", "made.parquet", "--rows", "5000", "--vocabularies", "200,100", "--dimension", "8")).Succeeded();
        (await _space.Taper("prepare", "made.parquet.yaml", "--out", "made")).Succeeded();
        JsonElement plan = (await _space.Taper("plan", "made.parquet.yaml", "--data", "made", "--json")).Succeeded().Json;
        JsonElement result = (await _space.Taper("train", "made.parquet.yaml", "--data", "made", "--out", "run", "--set", "training.epochs=3", "--json")).Succeeded().Json;
        Assert.InRange(result.GetProperty("embedding").GetProperty("parameters").GetInt64(), 1, plan.GetProperty("bundleParameters").GetInt64());
    }

    [Fact]
    public async Task Little_memory_gives_the_same_dataset()
    {
        (await _space.Taper("generate", "--out", "made.csv", "--rows", "300000", "--vocabularies", "200000,100000,1000")).Succeeded();
        (await _space.Taper("prepare", "made.csv.yaml", "--out", "ample")).Succeeded();
        (await _space.Taper("prepare", "made.csv.yaml", "--out", "little", "--set", "data.memory_limit=48MB")).Succeeded();
        string manifest = File.ReadAllText(_space.At("ample", "dataset.json")); // it holds every file's checksum
        Assert.Equal(manifest, File.ReadAllText(_space.At("little", "dataset.json")));
    }

    [Fact]
    public async Task What_cannot_be_generated_or_planned_is_refused()
    {
        (await _space.Taper("generate", "--out", "made.txt")).Refused(3, "made.txt", ".parquet");
        (await _space.Taper("generate", "--out", "made.csv", "--vocabularies", "10,many")).Refused(2, "many");
        (await _space.Taper("plan", "run.yaml")).Refused(2, "--data", "--rows");
        Assert.False(File.Exists(_space.At("made.csv")));
    }
}
