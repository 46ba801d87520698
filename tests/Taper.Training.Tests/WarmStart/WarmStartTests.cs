using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Metrics;
using Taper.Training.Runs;
using Taper.Training.Tests.Runs;

namespace Taper.Training.Tests.WarmStart;

/// <summary>Trainings that start from a trained model.</summary>
public sealed class WarmStartTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string> Networks => ["dnn", "wide_deep", "deepfm", "dcn_v2", "fm"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_first_step_predicts_as_the_trained_model_did(string network)
    {
        RunConfig trained = Config("fixed", network);
        string first = Trained(trained);
        string bundle = data.NewFolder();
        PredictionMetrics expected;
        using (TrainedRun run = TrainedRun.Open(first))
        {
            run.Export(bundle, Precision.Fp32);
            expected = run.Result!.Validation;
        }

        foreach (string source in new[] { first, bundle })
        {
            RecordedProgress epochs = new();
            TrainingResult result = Train(data.NewFolder(), Config("taper", network), source, epochs);
            Assert.Equal(0, epochs.Epochs[0].Epoch);
            Assert.Equal(expected.Auc, epochs.Epochs[0].Validation.Auc, 1e-6);
            Assert.Equal(expected.Logloss, epochs.Epochs[0].Validation.Logloss, 1e-6);
            Assert.InRange(epochs.Epochs[0].Embedding.Ratio, 1, 1.1); // whole rows, and default rows beside them
            Assert.Contains(epochs.Texts, text => text.Contains("feature values and the network.", StringComparison.Ordinal));
            Assert.InRange(result.Embedding.Ratio, 0.3, 0.4);
        }
    }

    [Fact]
    public void Batch_normalisation_is_taken_from_a_run_and_not_from_its_bundle()
    {
        RunConfig config = Config("fixed", "dnn") with { Network = new NetworkConfig { HiddenUnits = [12], BatchNorm = true } };
        string first = Trained(config);
        string bundle = data.NewFolder();
        using (TrainedRun run = TrainedRun.Open(first))
        {
            run.Export(bundle, Precision.Fp32);
            RecordedProgress warm = new();
            Train(data.NewFolder(), config, first, warm);
            Assert.Equal(run.Result!.Validation.Auc, warm.Epochs[0].Validation.Auc);
        }

        RecordedProgress cold = new();
        Train(data.NewFolder(), config, bundle, cold);
        Assert.Contains(cold.Texts, text => text.Contains("the network starts anew", StringComparison.Ordinal));
    }

    [Fact]
    public void Amtl_tightens_from_the_whole_table()
    {
        string first = Trained(Config("fixed", "dnn"));
        RunConfig config = Config("amtl", "dnn");
        config = config with { Sizing = config.Sizing with { BudgetWarmup = 1, FreezeEpoch = 1.5 } };
        RecordedProgress epochs = new();
        TrainingResult result = Train(data.NewFolder(), config, first, epochs);
        using TrainedRun source = TrainedRun.Open(first);
        Assert.Equal(source.Result!.Validation.Auc, epochs.Epochs[0].Validation.Auc);
        Assert.Equal(1, epochs.Steps[0].Ratio); // of the sizes that the first step trained with
        Assert.InRange(result.Embedding.Ratio, 0.37, 0.4);
    }

    [Fact]
    public void A_run_that_does_not_gain_keeps_what_it_started_from()
    {
        string first = Trained(Config("fixed", "dnn"));
        RunConfig harmful = Config("fixed", "dnn");
        harmful = harmful with { Training = harmful.Training with { LearningRate = 5, Epochs = 1 } };
        string run = data.NewFolder();
        TrainingResult result = Train(run, harmful, first, new RecordedProgress());
        using TrainedRun source = TrainedRun.Open(first);
        Assert.Equal((0, source.Result!.Test.Auc), (result.BestEpoch, result.Test.Auc));
    }

    [Fact]
    public void A_stopped_run_ends_in_the_same_bytes()
    {
        string first = Trained(Config("fixed", "dnn"));
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        Train(whole, Config("taper", "dnn"), first, new RecordedProgress());
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(
                () => Trainer.Run(Request(stopped, Config("taper", "dnn"), first), new StopAfter(11, stop), stop.Token));
        }

        TrainingException other = Assert.Throws<TrainingException>(() => Trainer.Run(
            Request(stopped, Config("taper", "dnn"), whole) with { Resume = true }, new RecordedProgress(), TestContext.Current.CancellationToken));
        Assert.Contains("resume it without --init-from", other.Message, StringComparison.Ordinal);
        Trainer.Run(
            Request(stopped, Config("taper", "dnn"), null) with { Resume = true }, new RecordedProgress(), TestContext.Current.CancellationToken);
        foreach (string file in new[] { "best/state.safetensors", "metrics.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(stopped, file)));
        }

        Assert.False(Directory.Exists($"{whole}.scratch"));
    }

    [Fact]
    public void A_run_without_a_checkpoint_starts_from_the_same_model_again_and_a_torn_line_of_metrics_is_dropped()
    {
        string first = Trained(Config("fixed", "dnn"));
        (string whole, string killed) = (data.NewFolder(), data.NewFolder());
        Train(whole, Config("taper", "dnn"), first, new RecordedProgress());
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(killed, Config("taper", "dnn"), first), new StopAfter(3, stop), stop.Token));
        }

        Directory.Delete(Path.Combine(killed, "checkpoints"), recursive: true);
        File.AppendAllText(Path.Combine(killed, "metrics.jsonl"), "{\"epoch\":1,\"lo");
        RecordedProgress epochs = new();
        Trainer.Run(Request(killed, Config("taper", "dnn"), null) with { Resume = true }, epochs, TestContext.Current.CancellationToken);
        Assert.Contains(epochs.Texts, text => text.Contains("feature values and the network.", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "metrics.jsonl")), File.ReadAllBytes(Path.Combine(killed, "metrics.jsonl")));
    }

    [Fact]
    public void A_torn_line_of_metrics_does_not_stop_a_run_that_goes_on()
    {
        string run = data.NewFolder();
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(run, Config("fixed", "dnn"), null), new StopAfter(11, stop), stop.Token));
        }

        File.AppendAllText(Path.Combine(run, "metrics.jsonl"), "{\"epoch\":2,\"lo");
        Trainer.Run(Request(run, Config("fixed", "dnn"), null) with { Resume = true }, new RecordedProgress(), TestContext.Current.CancellationToken);
        Assert.Equal(2, File.ReadLines(Path.Combine(run, "metrics.jsonl")).Count());
    }

    [Fact]
    public void A_network_of_numbers_in_another_unit_starts_anew()
    {
        string first = Trained(Config("fixed", "dnn"));
        using TinyDataset other = TinyDataset.Other();
        RecordedProgress epochs = new();
        Trainer.Run(
            Request(data.NewFolder(), Config("fixed", "dnn"), first) with { DatasetFolder = other.Folder }, epochs, TestContext.Current.CancellationToken);
        Assert.Contains(epochs.Texts, text => text.Contains("standardised with other numbers", StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_that_stays_keeps_its_normalisation()
    {
        RunConfig config = Config("fixed", "dnn") with { Network = new NetworkConfig { HiddenUnits = [12], BatchNorm = true } };
        string first = Trained(config);
        RunConfig still = config with { Training = config.Training with { Epochs = 1, FreezeNetwork = 1 } };
        Dictionary<string, float[]> before = Tensors(Start(first, still with { Training = still.Training with { FreezeEmbeddings = 1 } }));
        Dictionary<string, float[]> after = Tensors(Start(first, still));
        Assert.Contains(before.Keys, name => name.EndsWith("running_mean", StringComparison.Ordinal));
        Assert.All(before.Keys.Where(name => name.StartsWith("network.", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
        using TrainedRun source = TrainedRun.Open(first);
        Assert.Equal(
            source.Model.Network.state_dict().First(entry => entry.Key.EndsWith("running_mean", StringComparison.Ordinal)).Value.data<float>().ToArray(),
            after.First(entry => entry.Key.EndsWith("running_mean", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void On_other_data_known_values_keep_their_rows_and_new_ones_start_as_unknown_ones()
    {
        string first = Trained(Config("fixed", "wide_deep"));
        using TinyDataset other = TinyDataset.Other();
        string next = data.NewFolder();
        RunConfig still = Config("fixed", "wide_deep");
        still = still with { Training = still.Training with { LearningRate = 0, Epochs = 1 } };
        TrainingRequest request = Request(next, still, first) with { DatasetFolder = other.Folder };
        RecordedProgress epochs = new();
        Trainer.Run(request, epochs, TestContext.Current.CancellationToken);

        using TrainedRun before = TrainedRun.Open(first);
        using TrainedRun after = TrainedRun.Open(next);
        (string old, string now) = (data.NewFolder(), data.NewFolder());
        before.Export(old, Precision.Fp32);
        after.Export(now, Precision.Fp32);
        using Bundle source = Bundle.Open(old);
        using Bundle target = Bundle.Open(now);
        int known = 0, unknown = 0;
        float[] expected = new float[8], row = new float[8];
        foreach (Data.Vocabulary vocabulary in other.Dataset.Vocabularies)
        {
            CompactTable from = source.Tables.First(table => table.Name == vocabulary.Name), to = target.Tables.First(table => table.Name == vocabulary.Name);
            foreach (string value in vocabulary.Values.ToArray().Skip(2))
            {
                from.Read(from.RowOf(value), expected); // that of unknown values where there is none
                to.Read(to.RowOf(value), row);
                Assert.Equal(expected, row);
                Assert.Equal(from.FirstOrderOf(from.RowOf(value)), to.FirstOrderOf(to.RowOf(value)));
                bool isKnown = from.RowOf(value) != from.UnknownRow;
                (known, unknown) = (known + (isKnown ? 1 : 0), unknown + (isKnown ? 0 : 1));
            }
        }

        Assert.True(known > 0 && unknown > 0);
        Assert.Contains(epochs.Texts, text => text.Contains($"{known} of {known + unknown} feature values", StringComparison.Ordinal));
    }

    [Fact]
    public void Embeddings_or_network_can_stay_as_they_are_at_first()
    {
        string first = Trained(Config("fixed", "dnn"));
        RunConfig config = Config("fixed", "dnn");
        config = config with { Training = config.Training with { Epochs = 1 } };
        Dictionary<string, float[]> start = Tensors(Start(first, config with { Training = config.Training with { LearningRate = 0 } }));
        Dictionary<string, float[]> rows = Tensors(Start(first, config with { Training = config.Training with { FreezeNetwork = 1 } }));
        Dictionary<string, float[]> network = Tensors(Start(first, config with { Training = config.Training with { FreezeEmbeddings = 1 } }));
        Assert.NotEqual(start["embeddings"], rows["embeddings"]);
        Assert.Equal(start["embeddings"], network["embeddings"]);
        foreach (string name in start.Keys.Where(name => name.StartsWith("network.", StringComparison.Ordinal)))
        {
            Assert.Equal(start[name], rows[name]);
            Assert.NotEqual(start[name], network[name]);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_line()
    {
        string first = Trained(Config("fixed", "dnn"));
        RunConfig wide = Config("fixed", "dnn");
        wide = wide with { Sizing = wide.Sizing with { EmbeddingDim = 9 } };
        Assert.Contains("set it to 8", Refusal<ArtifactException>(wide, first), StringComparison.Ordinal);
        foreach (string method in new[] { "pep", "mde" })
        {
            Assert.Contains("cannot start from a trained model", Refusal<TrainingException>(Config(method, "dnn"), first), StringComparison.Ordinal);
        }

        Assert.Contains("nothing to start from", Refusal<ArtifactException>(Config("fixed", "dnn"), Path.Combine(first, "nothing")), StringComparison.Ordinal);
        Assert.Contains("nothing to start from", Refusal<ArtifactException>(Config("fixed", "dnn"), data.Folder), StringComparison.Ordinal);

        RunConfig projected = Config("mde", "dnn");
        string mde = Trained(projected with { Sizing = projected.Sizing with { Budget = 0.4 } });
        Assert.Contains("are projected", Refusal<ArtifactException>(Config("fixed", "dnn"), mde), StringComparison.Ordinal);
    }

    private static Dictionary<string, float[]> Tensors(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Directory.GetDirectories(Path.Combine(run, "checkpoints")).Max()!, "state.safetensors"));
        return file.Names.Where(name => !name.StartsWith("optimizer", StringComparison.Ordinal) && file.Tensor(name).Dtype == SafetensorsDtype.F32)
            .ToDictionary(name => name, name => file.Tensor(name).AsSpan<float>().ToArray());
    }

    private static RunConfig Config(string method, string network) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12] },
        Sizing = new SizingConfig { Method = method, EmbeddingDim = 8, Budget = method == "fixed" ? null : 0.4, FreezeEpoch = method == "taper" ? 0 : 1 },
        Training = new TrainingConfig { Epochs = 2, BatchSize = 128, LearningRate = 0.02, Threads = 1, Patience = 0, CheckpointEvery = 4 },
    };

    private TrainingRequest Request(string run, RunConfig config, string? source) =>
        new() { Config = config, DatasetFolder = data.Folder, RunFolder = run, InitFrom = source };

    private string Trained(RunConfig config)
    {
        string run = data.NewFolder();
        Trainer.Run(Request(run, config, null), new Silent(), TestContext.Current.CancellationToken);
        return run;
    }

    private string Start(string source, RunConfig config)
    {
        string run = data.NewFolder();
        Train(run, config, source, new RecordedProgress());
        return run;
    }

    private TrainingResult Train(string run, RunConfig config, string source, RecordedProgress epochs) =>
        Trainer.Run(Request(run, config, source), epochs, TestContext.Current.CancellationToken);

    private string Refusal<T>(RunConfig config, string source)
        where T : Exception
    {
        string run = data.NewFolder();
        string message = Assert.Throws<T>(() => Train(run, config, source, new RecordedProgress())).Message;
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists(Path.Combine(run, "run.json")));
        return message;
    }
}
