using System.Diagnostics;
using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>Studies through the real program: they end, go on after they were stopped, and outlive a run that fails.</summary>
public sealed class CompareTests : IDisposable
{
    /// <summary>Two runs, one after the other, long enough to be stopped within the second.</summary>
    private const string Long = """
        datasets: {tiny: {config: data.yaml}}
        methods: {fixed: {set: {sizing.method: fixed}}}
        seeds: [1, 2]
        set: {network.hidden_units: [8], sizing.embedding_dim: 4, training.epochs: 12, training.patience: 0, training.checkpoint_every: 5, training.batch_size: 128}
        threads: 1

        """;

    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task The_sample_study_compares_two_methods_on_MovieLens()
    {
        JsonElement result = (await _space.Taper("compare", Path.Combine(TaperProcess.Samples, "compare", "study.yaml"), "--json")).Succeeded().Json;
        Assert.Equal((4, 4), (result.GetProperty("runs").GetInt32(), result.GetProperty("finished").GetInt32()));
        JsonElement group = result.GetProperty("datasets")[0].GetProperty("groups")[0];
        Assert.Equal(["amtl", "fixed"], group.GetProperty("settings").EnumerateArray().Select(setting => setting.GetProperty("method").GetString()));
        Assert.All(group.GetProperty("settings").EnumerateArray(), setting =>
        {
            Assert.InRange(setting.GetProperty("testAuc").GetProperty("mean").GetDouble(), 0.77, 0.82);
            Assert.Equal(2, setting.GetProperty("testAuc").GetProperty("n").GetInt32());
            Assert.InRange(setting.GetProperty("share").GetDouble(), 0.2, 0.25);
            Assert.InRange(setting.GetProperty("bytesPerValue").GetDouble(), 16 + 13, 16 + 14); // 4 floats, key and index
        });
        foreach (string file in (string[])["report.html", "results.md", "results.csv", "results.parquet", "movielens.png", "movielens.svg"])
        {
            Assert.True(File.Exists(_space.At("study", file)), file);
        }

        Outcome again = (await _space.Taper("compare", Path.Combine(TaperProcess.Samples, "compare", "study.yaml"))).Succeeded();
        Assert.Contains("4 of 4 runs are finished", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("started", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_study_that_was_stopped_goes_on_and_repeats_no_finished_run(string signal, int exitCode)
    {
        Signals.SkipWithout(signal);
        _space.Write("long.yaml", Long);
        using (Process process = TaperProcess.Start(_space.Folder, [], "compare", "long.yaml"))
        {
            await SecondRunTrains(process);
            Signals.Send(signal, process);
            Outcome stopped = await TaperProcess.EndOf(process);
            Assert.True(stopped.ExitCode == exitCode, $"exit code {stopped.ExitCode}: {stopped.Error}");
            Assert.Equal(exitCode != 137, stopped.Error.Contains("run the same command again", StringComparison.Ordinal));
        }

        DateTime first = File.GetLastWriteTimeUtc(Path.Combine(RunOf(1)!, "result.csv"));
        Outcome finished = (await _space.Taper("compare", "long.yaml")).Succeeded();
        Assert.DoesNotContain("seed 1: started", finished.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 2 finished", finished.Output, StringComparison.Ordinal);
        Assert.Equal(first, File.GetLastWriteTimeUtc(Path.Combine(RunOf(1)!, "result.csv")));
        string log = File.ReadAllText(Path.Combine(RunOf(2)!, "log.txt"));
        Assert.Contains("Resumed from", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_fails_is_reported_and_the_others_go_on()
    {
        _space.Write("study.yaml", """
            datasets: {tiny: {config: data.yaml}}
            methods:
              never: {set: {sizing.budget_warmup: 100}}
              amtl: {set: {sizing.freeze_epoch: 1}}
            budgets: [0.4]
            set: {network.hidden_units: [8], sizing.embedding_dim: 8, training.epochs: 2}
            parallel: 2
            threads: 1

            """);
        Outcome outcome = await _space.Taper("compare", "study.yaml");
        Assert.Equal(1, outcome.ExitCode);
        string error = Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains("1 of 2 runs failed. tiny/default/never/0.4/seed 1: taper train ended with exit code 1: No epoch met sizing.budget", error, StringComparison.Ordinal);
        string log = error[(error.IndexOf("The log: ", StringComparison.Ordinal) + "The log: ".Length)..];
        Assert.Contains("No epoch met", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.Contains("amtl at 0.4", outcome.Output, StringComparison.Ordinal);

        Outcome plan = (await _space.Taper("compare", "study.yaml", "--dry-run")).Succeeded();
        Assert.Contains("missing   tiny/default/never/0.4/seed 1\nfinished  tiny/default/amtl/0.4/seed 1\n1 of 2 runs are finished", plan.Output, StringComparison.Ordinal);
    }

    /// <summary>Waits until the first run is finished and the second has written a checkpoint.</summary>
    private async Task SecondRunTrains(Process study)
    {
        while (!study.HasExited && !(RunOf(2) is { } run
            && Directory.Exists(Path.Combine(run, "train", "checkpoints"))
            && Directory.EnumerateDirectories(Path.Combine(run, "train", "checkpoints"), "step-*").Any()))
        {
            await Task.Yield();
        }

        Assert.False(study.HasExited, "the study ended before it could be stopped");
    }

    /// <summary>The folder of a seed's run, or null before it is there.</summary>
    private string? RunOf(int seed)
    {
        string setting = _space.At("long", "runs", "tiny", "default", "fixed", "none");
        return Directory.Exists(setting) ? Directory.GetDirectories(setting, $"seed-{seed}-*").SingleOrDefault() : null;
    }
}
