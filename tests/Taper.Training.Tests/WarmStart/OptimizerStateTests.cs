using System.Text;
using System.Text.Json.Nodes;
using Taper.Data;
using Taper.Embeddings.Optimizers;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Runs;
using Taper.Training.Tests.Runs;

namespace Taper.Training.Tests.WarmStart;

/// <summary>Trainings that go on with the optimizers' state of the run that they start from.</summary>
public sealed class OptimizerStateTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const string Kept = ", the network and the optimizers' state.";

    public static TheoryData<string, string> Models => new()
    {
        { "dnn", "sgd" },
        { "wide_deep", "adagrad" },
        { "deepfm", "rowwise_adagrad" },
        { "dcn_v2", "lazy_adam" },
        { "wide_deep", "lazy_adam" },
        { "deepfm", "adam" },
    };

    /// <summary>Sizing method, optimizer, and the epoch at which sizes freeze, beyond the last one where they never do.</summary>
    public static TheoryData<string, string, double> Sources => new()
    {
        { "fixed", "lazy_adam", 9 },
        { "amtl", "adam", 9 }, // the best model holds prefixes, its checkpoint whole rows
        { "amtl", "adagrad", 0.5 },
        { "taper", "lazy_adam", 0 }, // compact both
        { "taper", "rowwise_adagrad", 0 },
        { "magnitude", "adagrad", 0.5 }, // single elements
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_next_steps_are_those_of_the_run_that_goes_on(string network, string optimizer)
    {
        RunConfig config = Config("fixed", network, optimizer);
        string first = Trained(config);
        Dictionary<string, byte[]> whole = AfterTwoSteps(Request(BestAlone(first), config, null) with { Resume = true });
        Dictionary<string, byte[]> kept = AfterTwoSteps(Request(data.NewFolder(), config, first));
        Dictionary<string, byte[]> anew = AfterTwoSteps(Request(data.NewFolder(), Anew(config), first));
        Assert.Equal(whole.Keys.Order(), kept.Keys.Order());
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], kept[name]));
        Assert.Contains(whole.Keys, name => name.StartsWith("network.", StringComparison.Ordinal) && !whole[name].AsSpan().SequenceEqual(anew[name]));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void State_follows_its_value_and_new_ones_have_none(string method, string optimizer, double freeze)
    {
        RunConfig config = Config(method, "wide_deep", optimizer);
        string first = Trained(config with { Sizing = config.Sizing with { FreezeEpoch = freeze } });
        using TinyDataset other = data.Next();
        RecordedProgress texts = new();
        TrainingRequest request = Request(data.NewFolder(), Config("fixed", "wide_deep", optimizer), first) with { DatasetFolder = other.Folder };
        using TrainingState next = TrainingState.Begin(request, new RunFolder(request.RunFolder), other.Dataset, texts);
        Assert.Contains(texts.Texts, text => text.EndsWith(Kept, StringComparison.Ordinal));

        RunConfig source = config with { Sizing = config.Sizing with { FreezeEpoch = freeze } };
        TrainingRequest resumed = Request(BestAlone(first), source, null) with { Resume = true };
        using TrainingState before = TrainingState.Begin(resumed, new RunFolder(resumed.RunFolder), data.Dataset, texts);
        Assert.True(before.IsResumed);
        Assert.Equal(ModelState.StepsOf(before.Optimizers)[0], next.Optimizers.Network.Steps);
        (int known, int unknown, int moved) = (0, 0, 0);
        foreach (Vocabulary vocabulary in other.Dataset.Vocabularies)
        {
            Vocabulary was = data.Dataset.Vocabularies.First(v => v.Name == vocabulary.Name);
            string[] values = vocabulary.Values.ToArray(), formerly = was.Values.ToArray();
            for (int id = 0; id < values.Length; id++)
            {
                int former = id < 2 ? id : Array.IndexOf(formerly, values[id], 2);
                (known, unknown, moved) = (known + (former >= 0 ? 1 : 0), unknown + (former < 0 ? 1 : 0), moved + (former >= 0 && former != id ? 1 : 0));
                int? row = former < 0 ? null : was.FirstRow + former;
                int size = row is int r && before.Model.Sizer.Elements is null ? before.Model.SizeOf(r) : 8;
                AssertState(before.Optimizers.Embedding, row, size, next.Optimizers.Embedding, vocabulary.FirstRow + id);
                AssertState(before.Optimizers.FirstOrder!, row, 1, next.Optimizers.FirstOrder!, vocabulary.FirstRow + id);
            }
        }

        Assert.True(known > 0 && unknown > 0 && moved > 0);
    }

    [Fact]
    public void The_best_epochs_checkpoint_stays_and_so_a_run_that_gains_nothing_hands_on_what_it_was_given()
    {
        RunConfig config = Config("fixed", "dnn", "adam");
        string first = Trained(config), second = data.NewFolder();
        RunConfig harmful = config with { Training = config.Training with { LearningRate = 5, Epochs = 3 } };
        TrainingResult result = Trainer.Run(Request(second, harmful, first), new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal((0, 3), (result.BestEpoch, result.Epochs));
        Dictionary<string, byte[]> expected = AfterTwoSteps(Request(data.NewFolder(), config, first));
        Dictionary<string, byte[]> handedOn = AfterTwoSteps(Request(data.NewFolder(), config, second));
        Assert.All(expected.Keys, name => Assert.Equal(expected[name], handedOn[name]));
    }

    [Theory]
    [InlineData("fixed", "adam", 3)]
    [InlineData("fixed", "lazy_adam", 11)]
    [InlineData("amtl", "adagrad", 11)]
    [InlineData("taper", "lazy_adam", 11)]
    public void A_stopped_run_ends_in_the_same_bytes(string method, string optimizer, int steps)
    {
        RunConfig config = Config(method, "deepfm", optimizer);
        config = config with { Sizing = config.Sizing with { FreezeEpoch = 1 } };
        string first = Trained(Config("fixed", "deepfm", optimizer));
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        Trainer.Run(Request(whole, config, first), new Silent(), TestContext.Current.CancellationToken);
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, config, first), new StopAfter(steps, stop), stop.Token));
        }

        Trainer.Run(Request(stopped, config, null) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
        foreach (string file in new[] { "best/state.safetensors", "metrics.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(stopped, file)));
        }
    }

    [Fact]
    public void Where_there_is_none_that_fits_optimizers_start_anew_and_it_is_said_why()
    {
        RunConfig config = Config("fixed", "dnn", "adagrad");
        string first = Trained(config), bundle = data.NewFolder();
        using (TrainedRun run = TrainedRun.Open(first))
        {
            run.Export(bundle, Precision.Fp32);
        }

        Assert.Contains(
            "and the network. Optimizers start anew: embeddings were trained with adagrad, and now are with adam.",
            Start(Config("fixed", "dnn", "adam"), first), StringComparison.Ordinal);
        Assert.Contains("anew: a bundle has no state of them.", Start(config, bundle), StringComparison.Ordinal);
        Assert.Contains("anew, and optimizers with it: it was a dnn.", Start(Config("fixed", "fm", "adagrad"), first), StringComparison.Ordinal);
        Assert.Contains("anew: the sizing method counts its steps by theirs.", Start(Config("deeplight", "dnn", "adagrad"), first), StringComparison.Ordinal);
        Assert.EndsWith("feature values and the network.", Start(Anew(config), first), StringComparison.Ordinal);
        RunConfig measured = Config("taper", "dnn", "adagrad");
        Assert.EndsWith(Kept, Start(measured, first), StringComparison.Ordinal);
        measured = measured with { Sizing = measured.Sizing with { FreezeEpoch = 0 } };
        Assert.EndsWith("feature values and the network.", Start(measured, first), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(first, "checkpoints"), recursive: true);
        Assert.Contains("anew: the checkpoint of its best epoch is gone.", Start(config, first), StringComparison.Ordinal);
        RunConfig hashing = Config("hashing", "dnn", "adagrad");
        string shared = Trained(hashing with { Sizing = hashing.Sizing with { Hashing = new HashingConfig { Threshold = 10 } } });
        Assert.Contains("anew: its values shared rows.", Start(config, shared), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flipped", "was altered or damaged")]
    [InlineData("not finite", "is damaged: it holds NaN")]
    [InlineData("network below zero", "is damaged: it holds -1")]
    [InlineData("below zero", "is damaged: it holds -1")]
    [InlineData("steps", "not those of this model's optimizers")]
    [InlineData("step", "not of the run's best epoch")]
    [InlineData("shape", "this model needs")]
    [InlineData("renamed", "has no tensor")]
    [InlineData("no state", "state is empty")]
    [InlineData("torn state", "state is damaged")]
    public void A_damaged_or_hostile_checkpoint_is_refused_in_a_line(string damage, string expected)
    {
        RunConfig config = Config("fixed", "dnn", "lazy_adam");
        string first = Trained(config);
        Damage(BestCheckpoint(first), damage);
        string run = data.NewFolder();
        string message = Assert.Throws<ArtifactException>(() => Start(config, first, run)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("training.keep_optimizer_state=false starts without it.", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists(Path.Combine(run, "run.json")) || Directory.Exists($"{run}.scratch"));
        Assert.EndsWith("feature values and the network.", Start(Anew(config), first), StringComparison.Ordinal);
    }

    /// <summary>Changes a checkpoint; but for a flipped bit its checksum is made good.</summary>
    private static void Damage(string folder, string damage)
    {
        string path = Path.Combine(folder, "state.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        int header = (int)BitConverter.ToInt64(bytes);
        JsonNode tensors = JsonNode.Parse(bytes.AsSpan(8, header))!;
        switch (damage)
        {
            case "flipped":
                bytes[^100] ^= 1;
                File.WriteAllBytes(path, bytes);
                return;
            case "not finite":
                SetFirst("optimizer.embeddings.first_moment", float.NaN);
                break;
            case "below zero":
                SetFirst("optimizer.embeddings.second_moment", -1);
                break;
            case "network below zero":
                SetFirst("optimizer.network.0.exp_avg_sq", -1);
                break;
            default:
                ChangeHeader();
                break;
        }

        File.WriteAllBytes(path, bytes);
        File.WriteAllText(Path.Combine(folder, "state.checksum"), Checksum.OfFile(path));

        void SetFirst(string name, float value) =>
            BitConverter.TryWriteBytes(bytes.AsSpan(8 + header + (int)tensors[name]!["data_offsets"]![0]!), value);

        void ChangeHeader()
        {
            const string Moment = "optimizer.embeddings.second_moment";
            JsonNode metadata = tensors["__metadata__"]!, state = JsonNode.Parse((string)metadata["state"]!)!;
            switch (damage)
            {
                case "shape":
                    tensors[Moment]!["shape"]!.AsArray().Insert(0, 1);
                    break;
                case "renamed":
                    tensors["renamed"] = tensors[Moment]!.DeepClone();
                    tensors.AsObject().Remove(Moment);
                    break;
                case "steps":
                    state["OptimizerSteps"]![0] = -1;
                    break;
                case "step":
                    state["Position"]!["Step"] = 1;
                    break;
            }

            metadata["state"] = damage == "no state" ? "null" : damage == "torn state" ? "{" : state.ToJsonString();
            byte[] changed = Encoding.UTF8.GetBytes(tensors.ToJsonString());
            bytes = [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. bytes[(8 + header)..]];
        }
    }

    private static void AssertState(SparseOptimizer before, int? row, int size, SparseOptimizer next, int target)
    {
        Assert.Equal(before.Steps, next.Steps);
        for (int s = 0; s < next.States.Count; s++)
        {
            float[] was = row is int r ? before.States[s][r].ToArray() : [];
            int kept = before.States[s].IsLaidOutAsTable ? Math.Min(size, was.Length) : was.Length;
            float[] expected = new float[next.States[s].Width];
            was.AsSpan(0, kept).CopyTo(expected);
            Assert.Equal(expected, next.States[s][target].ToArray());
        }
    }

    private static RunConfig Config(string method, string network, string optimizer) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12] },
        Sizing = new SizingConfig { Method = method, EmbeddingDim = 8, Budget = method == "fixed" ? null : 0.5, FreezeEpoch = 1 },
        Training = new TrainingConfig
        {
            Epochs = 2,
            BatchSize = 128,
            LearningRate = 0.02,
            EmbeddingOptimizer = optimizer,
            EmbeddingRegularizer = 1e-4,
            Threads = 1,
            Patience = 0,
            CheckpointEvery = 4,
        },
    };

    private static RunConfig Anew(RunConfig config) => config with { Training = config.Training with { KeepOptimizerState = false } };

    private static string BestCheckpoint(string run)
    {
        RunFolder folder = new(run);
        Snapshot.Open(folder.Best, out SnapshotMetadata best).Dispose();
        return folder.CheckpointAt(best.Position.Step);
    }

    /// <summary>A copy of a run that has no checkpoint but that of its best epoch.</summary>
    private string BestAlone(string run)
    {
        string copy = data.NewFolder();
        foreach (string folder in new[] { BestCheckpoint(run), Path.Combine(run, "full-size") }.Where(Directory.Exists))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(run, folder));
            Directory.CreateDirectory(target);
            foreach (string file in Directory.GetFiles(folder))
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
        }

        File.Copy(Path.Combine(run, "run.json"), Path.Combine(copy, "run.json"));
        return copy;
    }

    /// <summary>All tensors of the model and its optimizers after two steps, and the optimizers' steps.</summary>
    private Dictionary<string, byte[]> AfterTwoSteps(TrainingRequest request)
    {
        RunFolder folder = new(request.RunFolder);
        using TrainingState state = TrainingState.Begin(request, folder, data.Dataset, new Silent());
        state.Model.Network.train();
        Examples train = data.Dataset.Split("train");
        foreach (Batch batch in new BatchReader(data.Dataset, train, 128).Read(ExampleOrder.Sequential(train.Count)).Take(2))
        {
            state.Optimizers.Step(batch, 2);
        }

        state.WriteCheckpoint();
        using SafetensorsFile file = Snapshot.Open(folder.CheckpointAt(state.Position.Step), out SnapshotMetadata metadata);
        Dictionary<string, byte[]> bytes = file.Names.Where(name => name != "random_state").ToDictionary(name => name, name => Bytes(file.Tensor(name)));
        bytes.Add("steps", [.. metadata.OptimizerSteps.SelectMany(BitConverter.GetBytes)]);
        return bytes;
    }

    private static unsafe byte[] Bytes(SafetensorsView view) => new ReadOnlySpan<byte>(view.Pointer, (int)view.ByteLength).ToArray();

    private TrainingRequest Request(string run, RunConfig config, string? source) =>
        new() { Config = config, DatasetFolder = data.Folder, RunFolder = run, InitFrom = source };

    private string Trained(RunConfig config)
    {
        string run = data.NewFolder();
        Trainer.Run(Request(run, config, null), new Silent(), TestContext.Current.CancellationToken);
        return run;
    }

    /// <summary>What is said of a start.</summary>
    private string Start(RunConfig config, string source, string? run = null)
    {
        TrainingRequest request = Request(run ?? data.NewFolder(), config, source);
        RecordedProgress texts = new();
        using TrainingState state = TrainingState.Begin(request, new RunFolder(request.RunFolder), data.Dataset, texts);
        return Assert.Single(texts.Texts);
    }
}
