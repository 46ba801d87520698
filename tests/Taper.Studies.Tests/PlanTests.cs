using Taper.Configuration;
using Taper.Models;
using Taper.Studies.Planning;
using Taper.Training;

namespace Taper.Studies.Tests;

/// <summary>Which runs a study has, and what their configs are.</summary>
public sealed class PlanTests(StudySpace space) : IClassFixture<StudySpace>
{
    private static readonly Dictionary<string, ConfigText> Nothing = [];

    [Fact]
    public void Settings_are_datasets_by_networks_by_methods_by_budgets()
    {
        Study study = space.Study("""
            networks: {dnn: {}, fm: {set: {network.type: fm}}}
            methods: {amtl: {}, full: {set: {sizing.method: fixed}, budgets: []}}
            budgets: [0.25, 0.5]
            seeds: [1, 2, 3]
            """);
        Assert.Equal(
            ["dnn amtl 0.25", "dnn amtl 0.5", "dnn full ", "fm amtl 0.25", "fm amtl 0.5", "fm full "],
            study.Settings.Select(s => string.Create(null, $"{s.Network} {s.Method} {s.Budget}")));
        Assert.Equal(18, study.RunCount);
        Assert.Equal("amtl", study.Baseline);
        Assert.Equal("fm", Config(study, study.Settings[3]).Network.Type);
    }

    [Fact]
    public void The_later_part_of_a_study_wins()
    {
        Study study = space.Study("""
            set: {training.epochs: 1, training.batch_size: 11, network.hidden_units: [8, 4]}
            methods:
              amtl:
                set: {training.epochs: 2}
                by_dataset: {small: {training.epochs: 3}}
                by_budget: {0.5: {training.epochs: 4}}
            budgets: [0.25, 0.50]
            threads: 3
            """);
        RunConfig quarter = Config(study, study.Settings[0]), half = Config(study, study.Settings[1]);
        Assert.Equal((3, 0.25), (quarter.Training.Epochs, quarter.Sizing.Budget));
        Assert.Equal((4, 0.5), (half.Training.Epochs, half.Sizing.Budget));
        Assert.Equal((11, 3, 7L), (half.Training.BatchSize, half.Training.Threads, half.Training.Seed));
        Assert.Equal([8, 4], half.Network.HiddenUnits);
    }

    [Fact]
    public void A_fixed_size_keeps_within_a_budget_by_being_smaller()
    {
        Study study = space.Study("""
            set: {sizing.embedding_dim: 16, sizing.method: fixed}
            methods: {fixed: {by_budget: {0.5: {sizing.embedding_dim: 7}}}, full: {budgets: []}}
            budgets: [0.25, 0.4, 0.01, 0.5]
            """);
        Assert.Equal([4, 6, 1, 7, 16], study.Settings.Select(s => Config(study, s).Sizing.EmbeddingDim));
        Assert.All(study.Settings, s => Assert.Null(Config(study, s).Sizing.Budget));
    }

    [Theory]
    [InlineData("methods: {amtl: {}}\nbugdets: [0.5]", "study.yaml:3", "'bugdets'", "did you mean 'budgets'?")]
    [InlineData("methods: {amtl: {sett: {}}}", "methods.amtl has no key 'sett'")]
    [InlineData("methods: {amtl: {set: {sizing.bugdet: 1}}}", "amtl on small", "did you mean 'budget'?")]
    [InlineData("methods: {amtl: {set: {sizing.method: amtll}}}", "'amtll' is not known")]
    [InlineData("methods: {amtl: {only: [smal]}}", "there is no dataset 'smal'")]
    [InlineData("methods: {amtl: {}}\nbaseline: fixed", "there is no method 'fixed'")]
    [InlineData("methods: {a/b: {}}", "'a/b' names a folder")]
    [InlineData("methods: {amtl: {}}\nbudgets: [2]", "budgets[0] is 2; it has to be 0.001 to 1.")]
    [InlineData("methods: {amtl: {}}\nseeds: [1, 1]", "each may stand there once")]
    [InlineData("methods: {amtl: {}}\nsearch: {trials: 1, space: {log_uniform: {training.learning_rate: [0, 1]}}}", "training.learning_rate", "positive")]
    [InlineData("methods: {amtl: {}}\nsearch: {trials: 2, space: {choices: {training.epochs: [5]}}}", "1 points, fewer than the 2 trials")]
    public void What_cannot_be_run_is_refused_before_anything_is_trained(string yaml, params string[] words)
    {
        string message = Assert.Throws<ConfigException>(() => space.Study(yaml)).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_is_known_by_what_decides_its_result()
    {
        RunConfig config = new();
        string hash = RunIdentity.Of(config, "data", Precision.Fp32);
        Assert.Equal(hash, RunIdentity.Of(config with { Training = config.Training with { Threads = 7, CheckpointEvery = 3 } }, "data", Precision.Fp32));
        Assert.Equal(hash, RunIdentity.Of(new RunConfig { Sizing = new SizingConfig { HiddenUnits = [32] } }, "data", Precision.Fp32));
        string[] others =
        [
            RunIdentity.Of(config with { Training = config.Training with { Seed = 2 } }, "data", Precision.Fp32),
            RunIdentity.Of(config with { Sizing = config.Sizing with { Budget = 0.5 } }, "data", Precision.Fp32),
            RunIdentity.Of(config with { Sizing = config.Sizing with { FreezeEpoch = null } }, "data", Precision.Fp32),
            RunIdentity.Of(config with { Network = config.Network with { HiddenUnits = [64, 128] } }, "data", Precision.Fp32),
            RunIdentity.Of(config, "other data", Precision.Fp32),
            RunIdentity.Of(config, "data", Precision.Int8),
            hash,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void A_hash_stays_what_it_was() // results that are committed would be repeated
    {
        RunConfig config = new() { Sizing = new SizingConfig { Budget = 0.25 } };
        Assert.Equal("c7ed90bdad530115", RunIdentity.Of(config, "xxh128:0", Precision.Fp32));
    }

    [Fact]
    public void A_grid_is_drawn_without_repetition()
    {
        SearchSpace space = new()
        {
            Choices = new Dictionary<string, IReadOnlyList<ConfigText>> { ["a.b"] = [new("1"), new("2"), new("3")], ["a.c"] = [new("x"), new("y")] },
        };
        string[] all = Draws(space, new StudySearch { Trials = 6 });
        Assert.Equal(6, all.Distinct().Count());
        Assert.Equal(all[..4], Draws(space, new StudySearch { Trials = 4 }));
        Assert.NotEqual(all, Draws(space, new StudySearch { Trials = 6, Seed = 1 }));
    }

    [Fact]
    public void Ranges_are_drawn_evenly_and_the_same_for_every_method()
    {
        SearchSpace ranges = new()
        {
            LogUniform = new Dictionary<string, IReadOnlyList<double>> { ["a.rate"] = [0.001, 0.1] },
            Uniform = new Dictionary<string, IReadOnlyList<double>> { ["a.drop"] = [0, 0.5] },
        };
        var search = new StudySearch { Trials = 400 };
        double[] rates = Numbers(ranges, search, "a.rate"), drops = Numbers(ranges, search, "a.drop");
        Assert.All(rates, rate => Assert.InRange(rate, 0.001, 0.1));
        Assert.All(drops, drop => Assert.InRange(drop, 0, 0.5));
        Assert.InRange(rates.Count(rate => rate < 0.01), 160, 240); // half of the range in logarithms
        Assert.InRange(drops.Average(), 0.22, 0.28);

        SearchSpace more = ranges.With(new SearchSpace { Uniform = new Dictionary<string, IReadOnlyList<double>> { ["b.own"] = [1, 2] } });
        Assert.Equal(rates, Numbers(more, search, "a.rate"));
    }

    private static string[] Draws(SearchSpace space, StudySearch search) =>
        [.. SearchDraws.Of(space, search, "m").Select(point => string.Join(' ', point.Select(entry => $"{entry.Key}={entry.Value}")))];

    private static double[] Numbers(SearchSpace space, StudySearch search, string key) =>
        [.. SearchDraws.Of(space, search, "m").Select(point => double.Parse(point[key].Yaml, System.Globalization.CultureInfo.InvariantCulture))];

    private static RunConfig Config(Study study, Setting setting) => study.Runs.Of(setting, 7, Nothing).Config;
}
