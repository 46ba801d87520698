using Taper.Embeddings.Storage;
using Taper.Studies.Results;

namespace Taper.Studies.Tests;

/// <summary>What a study runs, what it does not repeat, and what it finds; the program that trains is a fake.</summary>
public sealed class StudyRunnerTests : IDisposable
{
    private const string TwoByTwo = "methods: {amtl: {}, fixed: {set: {sizing.method: fixed}}}\nbudgets: [0.25]\nseeds: [1, 2]\nset: {sizing.embedding_dim: 8}\n";

    private readonly StudySpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Every_run_is_trained_exported_and_measured_once()
    {
        FakeTaper taper = new() { Auc = config => config.Sizing.Method == "amtl" ? 0.9 + (config.Training.Seed * 0.001) : 0.8 + (config.Training.Seed * 0.001) };
        StudyOutcome outcome = await RunAsync(TwoByTwo, taper);
        Assert.Equal((4, 4, 4, 12), (taper.Count("train"), taper.Count("export"), taper.Count("evaluate"), taper.Commands.Count));
        Assert.Equal((4, 4), (outcome.Runs, outcome.Finished));
        ComparedGroup group = Assert.Single(Assert.Single(outcome.Datasets).Groups);
        Assert.StartsWith("amtl is best at 0.25: 0.8915 ± 0.0007", group.Finding, StringComparison.Ordinal);
        PairedDifference difference = group.Settings[1].Difference!;
        Assert.Equal((2, -0.1), (difference.Count, Math.Round(difference.Mean, 9)));
        Assert.Null(group.Settings[0].Difference);
        Assert.Equal(400.0 / outcomeValues(), group.Settings[0].BytesPerValue); // 100 of keys, 300 of embeddings
        Assert.All(outcome.Files, file => Assert.True(File.Exists(file), file));

        await RunAsync(TwoByTwo, taper);
        Assert.Equal(12, taper.Commands.Count);

        long outcomeValues() => ResultsFile.Read(_space.At("out/results.csv"))[0].Values;
    }

    [Fact]
    public async Task A_method_that_cannot_do_without_a_budget_is_reported_too()
    {
        FakeTaper taper = new();
        StudyOutcome outcome = await RunAsync(TwoByTwo.Replace("amtl: {}", "taper: {set: {sizing.method: taper}}", StringComparison.Ordinal), taper);
        Assert.Equal(2, Assert.Single(Assert.Single(outcome.Datasets).Groups).Settings.Count);
    }

    [Fact]
    public async Task Committed_results_alone_are_not_repeated_elsewhere()
    {
        FakeTaper taper = new();
        await RunAsync(TwoByTwo, taper);
        File.Copy(_space.At("out/results.csv"), _space.At("committed.csv"));

        StudyOutcome elsewhere = await RunAsync(TwoByTwo, taper, "elsewhere", [_space.At("committed.csv")]);
        Assert.Equal((12, 4), (taper.Commands.Count, elsewhere.Finished));
        Assert.Equal(File.ReadAllText(_space.At("committed.csv")), File.ReadAllText(_space.At("elsewhere/results.csv")));
    }

    [Fact]
    public async Task A_changed_study_repeats_what_changed()
    {
        FakeTaper taper = new();
        await RunAsync(TwoByTwo, taper);
        await RunAsync(TwoByTwo.Replace("seeds: [1, 2]", "seeds: [1, 2, 3]\nthreads: 2", StringComparison.Ordinal), taper);
        Assert.Equal(6, taper.Count("train"));
        await RunAsync(TwoByTwo.Replace("amtl: {}", "amtl: {set: {sizing.temperature: 0.2}}", StringComparison.Ordinal), taper);
        Assert.Equal(8, taper.Count("train"));
        await RunAsync(TwoByTwo.Replace("amtl: {}", "taper: {set: {sizing.temperature: 0.2}}", StringComparison.Ordinal), taper);
        Assert.Equal(8, taper.Count("train")); // another name for the same config
    }

    [Fact]
    public async Task A_run_that_fails_is_reported_and_the_others_go_on()
    {
        FakeTaper taper = new() { Fails = config => config.Sizing.Method == "fixed" && config.Training.Seed == 2 };
        StudyOutcome outcome = await RunAsync(TwoByTwo, taper);
        RunFailure failure = Assert.Single(outcome.Failures);
        Assert.Equal("small/default/fixed/0.25/seed 2", failure.Name.ToString());
        Assert.Contains("The loss is not finite.", failure.Error, StringComparison.Ordinal);
        Assert.Contains("error: The loss is not finite.", File.ReadAllText(failure.Log), StringComparison.Ordinal);
        Assert.Equal(3, outcome.Finished);
        Assert.Contains("The loss is not finite.", File.ReadAllText(_space.At("out/report.html")), StringComparison.Ordinal);

        taper.Fails = _ => false;
        outcome = await RunAsync(TwoByTwo, taper);
        Assert.Equal((4, 0, 5), (outcome.Finished, outcome.Failures.Count, taper.Count("train")));
        Assert.Contains("--resume", taper.Commands.Last(command => command.StartsWith("train", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_that_cannot_be_prepared_fails_its_runs_alone()
    {
        FakeTaper taper = new();
        File.WriteAllText(_space.At("data.yaml"), "data: {}\n");
        StudyOutcome outcome = await RunAsync("methods: {amtl: {}}\n", taper, dataset: "other: {config: data.yaml}");
        Assert.Equal((2, 1), (outcome.Runs, outcome.Finished));
        Assert.Equal("other", Assert.Single(outcome.Failures).Name.Dataset);
    }

    [Fact]
    public async Task A_stopped_study_goes_on_where_it_stopped()
    {
        using var stop = new CancellationTokenSource();
        int begun = 0;
        FakeTaper taper = new()
        {
            OnTrain = _ =>
            {
                if (++begun == 3)
                {
                    stop.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(TwoByTwo, taper, cancellation: stop.Token));
        Assert.Equal(2, ResultsFile.Read(_space.At("out/results.csv")).Count);

        StudyOutcome outcome = await RunAsync(TwoByTwo, taper);
        Assert.Equal((4, 5), (outcome.Finished, taper.Count("train")));
        Assert.Single(taper.Commands, command => command.Contains("--resume", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_gives_every_method_as_many_trials_and_chooses_on_validation()
    {
        FakeTaper taper = new() { Auc = config => 0.8 - Math.Abs(config.Training.LearningRate - (config.Sizing.Method == "amtl" ? 0.002 : 0.004)) };
        StudyOutcome outcome = await RunAsync(TwoByTwo + """
            search:
              trials: 3
              space: {choices: {training.learning_rate: [0.001, 0.002, 0.004]}}
            """, taper);
        Assert.Equal((10, 4, 10, 10), (taper.Count("train"), taper.Count("evaluate"), outcome.Runs, outcome.Finished));
        IReadOnlyList<SettingSummary> settings = outcome.Datasets[0].Groups[0].Settings;
        Assert.Equal(["training.learning_rate=0.002", "training.learning_rate=0.004"], settings.Select(setting => setting.Chosen));
        Assert.All(settings, setting => Assert.Equal(3, setting.Trials));
        RunResult[] trials = [.. ResultsFile.Read(_space.At("out/results.csv")).Where(row => row.Trial is not null)];
        Assert.Equal(6, trials.Length);
        Assert.All(trials, trial => Assert.Null(trial.TestAuc)); // the test split plays no part
    }

    [Fact]
    public async Task What_the_baseline_has_no_budget_for_is_compared_with_its_largest()
    {
        StudyOutcome outcome = await RunAsync(
            "methods: {amtl: {}, full: {set: {sizing.method: fixed}, budgets: []}}\nbudgets: [0.5, 0.25]\nseeds: [1, 2]\n", new FakeTaper());
        SettingSummary full = outcome.Datasets[0].Groups[^1].Settings.Single();
        Assert.Equal((0.5, 2, 0.0), (full.BaselineBudget, full.Difference!.Count, full.Difference.Mean));
        Assert.Contains("0.0000 (0.0000 to 0.0000) from amtl at 0.5", File.ReadAllText(_space.At("out/results.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outlook_tells_what_is_missing()
    {
        FakeTaper taper = new() { Fails = config => config.Training.Seed == 2 };
        Assert.Equal(0, Runner(TwoByTwo, taper).Outlook().Finished);
        Assert.False(Directory.Exists(_space.At("out")));
        await RunAsync(TwoByTwo, taper);
        StudyOutlook outlook = Runner(TwoByTwo, taper).Outlook();
        Assert.Equal([true, false, true, false], outlook.Runs.Select(run => run.IsFinished));
        Assert.Equal(TimeSpan.FromSeconds(4), outlook.Remaining); // two runs of the two seconds that one took
    }

    [Fact]
    public async Task A_report_is_written_without_running_anything()
    {
        FakeTaper taper = new();
        await RunAsync(TwoByTwo, taper);
        string tables = File.ReadAllText(_space.At("out/results.md"));
        File.Delete(_space.At("out/results.md"));
        Assert.Equal(4, Runner(TwoByTwo, taper).Report().Finished);
        Assert.Equal((12, tables), (taper.Commands.Count, File.ReadAllText(_space.At("out/results.md"))));
    }

    [Fact]
    public async Task Results_that_are_given_and_are_there_already_count_once()
    {
        await RunAsync(TwoByTwo, new FakeTaper());
        string results = File.ReadAllText(_space.At("out/results.csv"));
        FakeTaper taper = new();
        await RunAsync(TwoByTwo, taper, from: [_space.At("out/results.csv")]);
        Assert.Empty(taper.Commands);
        Assert.Equal(results, File.ReadAllText(_space.At("out/results.csv")));
    }

    [Fact]
    public async Task A_folder_of_other_files_or_of_a_running_study_is_left_alone()
    {
        Directory.CreateDirectory(_space.At("out"));
        File.WriteAllText(_space.At("out/thesis.tex"), "");
        Assert.Contains("thesis.tex", (await Assert.ThrowsAsync<ArtifactException>(() => RunAsync(TwoByTwo, new FakeTaper()))).Message, StringComparison.Ordinal);

        ArtifactException? second = null;
        FakeTaper taper = new();
        taper.OnTrain = _ => second = Assert.Throws<ArtifactException>(() => Runner(TwoByTwo, taper, "busy").Report());
        await RunAsync(TwoByTwo, taper, "busy");
        Assert.Contains("a study is running here already", second!.Message, StringComparison.Ordinal);
    }

    private Task<StudyOutcome> RunAsync(
        string yaml, FakeTaper taper, string folder = "out", string[]? from = null, string dataset = "", CancellationToken? cancellation = null) =>
        Runner(yaml, taper, folder, from, dataset).RunAsync(new Silent(), cancellation ?? TestContext.Current.CancellationToken);

    private StudyRunner Runner(string yaml, FakeTaper taper, string folder = "out", string[]? from = null, string dataset = "") => new(
        _space.Study(yaml, dataset),
        new StudyRequest { Folder = _space.At(folder), From = from ?? [], Taper = taper });
}
