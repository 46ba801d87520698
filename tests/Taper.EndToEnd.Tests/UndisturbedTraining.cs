namespace Taper.EndToEnd.Tests;

/// <summary>A training in two processes that nothing happened to, for the tests of a class to compare theirs with.</summary>
public sealed class UndisturbedTraining : IAsyncLifetime
{
    private static readonly string[] Local = ["cluster", "local", "cluster.yaml", "--data", "data", "--silos", "2"];

    /// <summary>Where it lies, in <c>whole</c>.</summary>
    public Workspace Space { get; } = new();

    /// <summary>What it said.</summary>
    public Outcome Outcome { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Space.Write("cluster.yaml", """
            network: {type: dnn, hidden_units: [16]}
            sizing: {method: amtl, embedding_dim: 8, budget: 0.4, freeze_epoch: 4}
            training: {epochs: 24, batch_size: 128, learning_rate: 0.003, patience: 0, checkpoint_every: 10, threads: 1}

            """);
        await Space.PrepareAsync();
        Outcome = (await Space.Taper([.. Local, "--out", "whole", "--json"])).Succeeded();
    }

    public ValueTask DisposeAsync()
    {
        Space.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts another one.</summary>
    internal TalkingProcess Start(string run, params string[] more) => TalkingProcess.Start(Space.Folder, [.. Local, "--out", run, .. more]);

    /// <summary>Fails unless a run is in the same bytes, and has told of each epoch once.</summary>
    public void AssertSame(string run)
    {
        Assert.Equal(File.ReadAllBytes(Space.At("whole", "best", "state.safetensors")), File.ReadAllBytes(Space.At(run, "best", "state.safetensors")));
        Assert.Equal(File.ReadAllText(Space.At("whole", "metrics.jsonl")), File.ReadAllText(Space.At(run, "metrics.jsonl")));
    }
}
