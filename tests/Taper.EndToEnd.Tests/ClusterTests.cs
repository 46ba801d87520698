using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Taper.Store.Tests;

namespace Taper.EndToEnd.Tests;

/// <summary>Trainings in several processes, and what befalls them.</summary>
public sealed class ClusterTests(UndisturbedTraining whole) : IClassFixture<UndisturbedTraining>
{
    private Workspace Space => whole.Space;

    [Fact]
    public async Task Two_processes_train_what_one_does_and_it_exports_and_evaluates()
    {
        Outcome one = (await Space.Taper("train", "cluster.yaml", "--data", "data", "--out", "one", "--json")).Succeeded();
        (await Space.Taper("export", "whole", "--out", "bundle")).Succeeded();
        Outcome evaluated = (await Space.Taper("evaluate", "bundle", "--data", "data", "--json")).Succeeded();

        Assert.Equal(Auc(one), Auc(whole.Outcome), 0.01); // sums in another order lead elsewhere in the end
        Assert.Equal(Auc(whole.Outcome), Auc(evaluated), 1e-5);
        Assert.Contains("2 silos: silo-1 (1 worker, 1 shard), silo-2 (1 worker, 1 shard)", whole.Outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silo-1")]
    [InlineData("silo-2")]
    public async Task A_silo_that_is_killed_is_started_again_and_the_training_ends_in_the_same_bytes(string silo)
    {
        Signals.SkipWithout("KILL");
        string run = $"killed-{silo}";
        await using TalkingProcess local = whole.Start(run);
        await local.HearAsync("epoch 3:");
        local.SignalChild("KILL", silo);
        await local.HearAsync($"{silo} ended with exit code 137; it is started again.");
        (await local.EndAsync()).Succeeded();
        whole.AssertSame(run);
    }

    [Fact]
    public async Task An_interrupt_keeps_the_training_to_be_resumed()
    {
        Signals.SkipWithout("INT");
        await using (TalkingProcess local = whole.Start("stopped"))
        {
            await local.HearAsync("epoch 3:");
            local.Signal("INT");
            Outcome stopped = await local.EndAsync();
            Assert.True(stopped.ExitCode == 130, $"exit code {stopped.ExitCode}: {stopped.Error}");
            Assert.Contains("--resume", stopped.Error, StringComparison.Ordinal);
        }

        await using TalkingProcess resumed = whole.Start("stopped", "--resume");
        await resumed.HearAsync("Resumed from");
        (await resumed.EndAsync()).Succeeded();
        whole.AssertSame("stopped");
    }

    [Fact]
    public async Task Silos_that_find_each_other_by_redis_end_in_the_same_bytes()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        string address = $"redis://{redis.Address}/test";
        await using TalkingProcess one = await JoinAsync(address, "one");
        await using TalkingProcess two = await JoinAsync(address, "two");
        (await Space.Taper("cluster", "train", "cluster.yaml", "--data", "data", "--out", "found", "--cluster", address)).Succeeded();
        whole.AssertSame("found");
    }

    [Fact]
    public async Task A_dataset_that_silos_prepare_is_that_of_one_process_also_where_one_is_gone()
    {
        Signals.SkipWithout("KILL");
        WriteRawFiles();
        (await Space.Taper("prepare", "files.yaml", "--out", "prepared")).Succeeded();
        await using RedisServer redis = await RedisServer.StartAsync();
        string address = $"redis://{redis.Address}/test";
        await using TalkingProcess one = await JoinAsync(address, "one");
        await using TalkingProcess two = await JoinAsync(address, "two");
        Outcome together = (await Space.Taper("cluster", "prepare", "files.yaml", "--out", "together", "--cluster", address)).Succeeded();
        Assert.Contains("[9/10] joining columns", together.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("was lost", together.Error, StringComparison.Ordinal);
        AssertSameFiles("prepared", "together");

        two.Signal("KILL");
        await two.EndAsync();
        (await Space.Taper("cluster", "prepare", "files.yaml", "--out", "alone", "--cluster", address)).Succeeded();
        AssertSameFiles("prepared", "alone");
    }

    /// <summary>Takes minutes, most of them waiting: <c>--explicit on</c>.</summary>
    [Fact(Explicit = true)]
    public async Task A_redis_server_that_comes_back_empty_ends_the_silos_and_the_training_goes_on_with_new_ones()
    {
        Signals.SkipWithout("KILL");
        await using RedisServer redis = await RedisServer.StartAsync();
        string address = $"redis://{redis.Address}/test";
        await using TalkingProcess one = await JoinAsync(address, "one");
        await using TalkingProcess two = await JoinAsync(address, "two");
        await using TalkingProcess train = TalkingProcess.Start(Space.Folder, "cluster", "train", "cluster.yaml", "--data", "data", "--out", "redis", "--cluster", address);
        await train.HearAsync("epoch 3:");
        await redis.KillAsync();
        await redis.RunAsync();
        (await one.EndAsync()).Refused(1, "one ends: the membership was lost");
        (await two.EndAsync()).Refused(1, "two ends: the membership was lost");
        await using TalkingProcess three = await JoinAsync(address, "three");
        await using TalkingProcess four = await JoinAsync(address, "four");
        (await train.EndAsync()).Succeeded();
        whole.AssertSame("redis");
    }

    [Theory]
    [InlineData(1, "no Redis server answers at 127.0.0.1:9", "silo", "--cluster", "redis://127.0.0.1:9/x", "--port", "11999", "--gateway-port", "30999")]
    [InlineData(1, "no Redis server answers at 127.0.0.1:9", "train", "cluster.yaml", "--data", "data", "--out", "none", "--cluster", "redis://127.0.0.1:9/x")]
    [InlineData(1, "no Redis server answers at 127.0.0.1:9", "prepare", "data.yaml", "--out", "none", "--cluster", "redis://127.0.0.1:9/x")]
    [InlineData(2, "--parts has to be 1 to 10000", "prepare", "data.yaml", "--out", "none", "--cluster", "redis://127.0.0.1:9/x", "--parts", "0")]
    [InlineData(1, "no Redis server answers at 127.0.0.1:9", "stop", "none", "--cluster", "redis://127.0.0.1:9/x")]
    [InlineData(2, "this is no address of a cluster", "silo", "--cluster", "nowhere")]
    [InlineData(2, "this is no address of a cluster", "train", "cluster.yaml", "--data", "data", "--out", "none", "--cluster", "http://localhost")]
    [InlineData(2, "'here' is no IP address", "silo", "--cluster", "redis://127.0.0.1:9/x", "--address", "here")]
    [InlineData(2, "'/shared/checkpoints' is no place in an object store", "local", "cluster.yaml", "--data", "data", "--out", "none", "--checkpoints", "/shared/checkpoints")]
    [InlineData(2, "this run has its checkpoints in its folder", "local", "cluster.yaml", "--data", "data", "--out", "whole", "--resume", "--checkpoints", "s3://ml/taper")]
    [InlineData(2, "--silos has to be 1 to 64", "local", "cluster.yaml", "--data", "data", "--out", "none", "--silos", "0")]
    public async Task What_cannot_be_reached_is_refused_in_one_line(int exitCode, string words, params string[] arguments) =>
        (await Space.Taper(["cluster", .. arguments])).Refused(exitCode, words);

    [Fact]
    public async Task A_cluster_without_silos_is_refused_in_one_line()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        (await Space.Taper("cluster", "stop", "none", "--cluster", $"redis://{redis.Address}/none")).Refused(1, "no silo of the cluster can be reached");
    }

    /// <summary>The generated data in two files, and <c>files.yaml</c> for them.</summary>
    private void WriteRawFiles()
    {
        string[] lines = File.ReadAllLines(Space.At("raw.csv"));
        string[] rows = lines[1..];
        for (int file = 0; file < 2; file++)
        {
            File.WriteAllLines(Space.At($"raw-{file}.csv"), [lines[0], .. rows.Where((_, row) => row % 2 == file)]);
        }

        Space.Write("files.yaml", Workspace.DataYaml().Replace("raw.csv", "raw-*.csv", StringComparison.Ordinal));
    }

    private void AssertSameFiles(string expected, string actual)
    {
        string[] files = FilesIn(expected);
        Assert.Equal(files, FilesIn(actual));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Space.At(expected, file)), File.ReadAllBytes(Space.At(actual, file))));
    }

    private string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(Space.At(folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Space.At(folder), file)).Order(StringComparer.Ordinal)];

    private static double Auc(Outcome outcome) => outcome.Json.GetProperty("test").GetProperty("auc").GetDouble();

    private async Task<TalkingProcess> JoinAsync(string cluster, string name)
    {
        (string port, string gateway) = FreePorts();
        TalkingProcess silo = TalkingProcess.Start(Space.Folder, "cluster", "silo", "--cluster", cluster, "--name", name, "--port", port, "--gateway-port", gateway);
        await silo.HearAsync($"{name} at 127.0.0.1:{port} has joined");
        return silo;
    }

    private static (string First, string Second) FreePorts()
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (PortOf(first), PortOf(second));
    }

    private static string PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
