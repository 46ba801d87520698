using System.Diagnostics;

namespace Taper.EndToEnd.Tests;

/// <summary>A run that was stopped and resumed ends in the same bytes as one that never was.</summary>
public sealed class ResumeTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] OftenSaved = ["--set", "training.checkpoint_every=3", "--set", "training.epochs=4", "--set", "training.patience=0"];

    private readonly Workspace _space = new();

    public async ValueTask InitializeAsync() => await _space.PrepareAsync();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (Directory.Exists(_space.Folder))
        {
            _space.Dispose();
        }
    }

    [Theory]
    [InlineData("dnn", 1)]
    [InlineData("dnn", 5)]
    [InlineData("dnn", 12)]
    [InlineData("deepfm", 8)]
    public async Task A_killed_run_resumes_to_the_same_bytes(string network, int checkpoints)
    {
        string[] settings = [.. OftenSaved, "--set", $"network.type={network}"];
        Outcome whole = await _space.TrainAsync("whole", settings);
        await KillAfter(checkpoints, settings);
        Outcome resumed = await _space.TrainAsync("killed", [.. settings, "--resume"]);

        AssertSame("whole", "killed");
        Assert.Equal(Auc(whole), Auc(resumed));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_refused_by_name_and_the_one_before_it_used()
    {
        await _space.TrainAsync("whole", OftenSaved);
        await KillAfter(6, OftenSaved);
        string newest = Directory.GetDirectories(_space.At("killed", "checkpoints"), "step-*")
            .Where(folder => !folder.Contains(".tmp-", StringComparison.Ordinal)) // what the kill cut short
            .Order(StringComparer.Ordinal).Last();
        FlippedByte.In(Path.Combine(newest, "state.safetensors"));

        Outcome resumed = await _space.TrainAsync("killed", [.. OftenSaved, "--resume"]);
        Assert.Contains(Path.GetFileName(newest), resumed.Error, StringComparison.Ordinal);
        AssertSame("whole", "killed");
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_saves_the_run_and_says_how_to_go_on(string signal, int exitCode)
    {
        Signals.SkipWithout(signal);
        await _space.TrainAsync("whole", OftenSaved);
        using (Process process = StartTraining("killed", OftenSaved))
        {
            await CheckpointsOf("killed", 2, process);
            Signals.Send(signal, process);
            Outcome stopped = await TaperProcess.EndOf(process);
            Assert.True(stopped.ExitCode == exitCode, $"exit code {stopped.ExitCode}: {stopped.Error}");
            Assert.Contains("--resume", stopped.Error, StringComparison.Ordinal);
            Assert.Empty(stopped.Output);
        }

        await _space.TrainAsync("killed", [.. OftenSaved, "--resume"]);
        AssertSame("whole", "killed");
    }

    [Fact]
    public async Task Resuming_where_no_run_is_exits_with_3() =>
        (await _space.Taper("train", "run.yaml", "--data", "data", "--out", "nothing", "--resume")).Refused(3, "nothing");

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_one_others()
    {
        await _space.TrainAsync("a", "--seed", "3");
        await _space.TrainAsync("b", "--seed", "3");
        await _space.TrainAsync("c", "--seed", "4");
        AssertSame("a", "b");
        Assert.NotEqual(Best("a"), Best("c"));
    }

    private static double Auc(Outcome outcome) => outcome.Json.GetProperty("test").GetProperty("auc").GetDouble();

    private Process StartTraining(string run, string[] settings) => TaperProcess.Start(
        _space.Folder, [], ["train", "run.yaml", "--data", "data", "--out", run, .. settings]);

    private async Task KillAfter(int checkpoints, string[] settings)
    {
        using Process process = StartTraining("killed", settings);
        await CheckpointsOf("killed", checkpoints, process);
        process.Kill();
        Outcome killed = await TaperProcess.EndOf(process);
        Assert.NotEqual(0, killed.ExitCode);
        Assert.False(File.Exists(_space.At("killed", "result.json")), "the run ended before it could be killed");
    }

    /// <summary>Waits until so many checkpoints were written; old ones are removed, so their steps are counted.</summary>
    private async Task CheckpointsOf(string run, int count, Process process)
    {
        string folder = _space.At(run, "checkpoints");
        var seen = new HashSet<string>();
        while (seen.Count < count && !process.HasExited)
        {
            if (Directory.Exists(folder))
            {
                seen.UnionWith(Directory.GetDirectories(folder, "step-*"));
            }

            await Task.Yield();
        }
    }

    private byte[] Best(string run) => File.ReadAllBytes(_space.At(run, "best", "state.safetensors"));

    private void AssertSame(string one, string other) => Assert.True(Best(one).AsSpan().SequenceEqual(Best(other)), $"{one} and {other} differ");
}
