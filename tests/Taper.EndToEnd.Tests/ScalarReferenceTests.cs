namespace Taper.EndToEnd.Tests;

/// <summary>Vectors make a run faster and nothing else.</summary>
public sealed class ScalarReferenceTests : IAsyncLifetime, IDisposable
{
    /// <summary>.NET's own switch: no vector is hardware accelerated, so every kernel takes its scalar path.</summary>
    private static readonly Dictionary<string, string> WithoutVectors = new() { ["DOTNET_EnableHWIntrinsic"] = "0" };

    private readonly Workspace _space = new();

    public async ValueTask InitializeAsync() => await _space.PrepareAsync();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData("adagrad", "0.5")]
    [InlineData("rowwise_adagrad", "0.2")]
    [InlineData("lazy_adam", "0.05")]
    public async Task A_run_on_the_scalar_path_has_the_same_auc(string optimizer, string rate)
    {
        double vectors = await TestAucAsync("vectors", [], optimizer, rate);
        double scalar = await TestAucAsync("scalar", WithoutVectors, optimizer, rate);

        Assert.InRange(scalar - vectors, -1e-4, 1e-4);
        Assert.True(vectors > 0.7, $"learned nothing: AUC {vectors}");
    }

    private async Task<double> TestAucAsync(string run, Dictionary<string, string> variables, string optimizer, string rate)
    {
        string[] settings = [$"training.embedding_optimizer={optimizer}", $"training.embedding_learning_rate={rate}", "training.epochs=12", "training.patience=0"];
        Outcome outcome = await TaperProcess.RunAsync(
            _space.Folder, variables, ["train", "run.yaml", "--data", "data", "--out", run, "--json", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        return outcome.Succeeded().Json.GetProperty("test").GetProperty("auc").GetDouble();
    }
}
