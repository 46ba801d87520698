using System.Globalization;
using System.Text;
using Taper.Configuration;
using Taper.Data;
using Taper.Studies.Replays;
using Taper.Training;
using Taper.Training.Runs;

namespace Taper.Studies.Tests;

/// <summary>A model that is carried from month to month.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2000-01-31", "2000-05-01", PeriodLength.Month, "2000-01-31 2000-02-29")]
    [InlineData("2000-01-01", "2000-01-05", PeriodLength.Day, "2000-01-01 2000-01-02 2000-01-03")]
    [InlineData("2000-01-01", "2000-01-22", PeriodLength.Week, "2000-01-01 2000-01-08")]
    [InlineData("1999-06-01", "2001-12-31", PeriodLength.Year, "1999-06-01")]
    [InlineData("86400", "345600", PeriodLength.Day, "1970-01-02 1970-01-03")]
    [InlineData("2000-01-01T12:00", "2000-01-04 14:00:00+02:00", PeriodLength.Day, "2000-01-01 2000-01-02")]
    public void Periods_follow_each_other_and_the_last_one_only_tests(string from, string to, PeriodLength length, string names)
    {
        IReadOnlyList<ReplayPeriod> periods = ReplayPeriod.Of(new TimeSplit { Column = "t", From = from, To = to }, length);
        Assert.Equal(names, string.Join(' ', periods.Select(period => period.Name)));
        Assert.Equal(periods.Skip(1).Select(period => (period.From, period.To)), periods.SkipLast(1).Select(period => (period.To, period.TestTo)));
    }

    [Fact]
    public void The_first_period_lasts_until_the_first_moment_that_tests()
    {
        TimeSplit time = new() { Column = "t", From = "1990-05-07", TestFrom = "2000-01-01", To = "2000-04-10" };
        IReadOnlyList<ReplayPeriod> periods = ReplayPeriod.Of(time, PeriodLength.Month);
        Assert.Equal(["1990-05-07", "2000-01-01", "2000-02-01"], periods.Select(period => period.Name));
        Assert.Equal(("2000-01-01 00:00:00", "2000-02-01 00:00:00"), (periods[0].To, periods[0].TestTo));
        Assert.Equal("2000-04-01 00:00:00", periods[^1].TestTo);
        Assert.Contains("is not after from", Assert.Throws<ConfigException>(() => ReplayPeriod.Of(time with { TestFrom = time.From }, PeriodLength.Day)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "2000-01-05", "needs from and to")]
    [InlineData("2000-01-01", "2000-01-02", "fewer than two periods")]
    [InlineData("2000-01-01", "soon", "'soon' is no date")]
    [InlineData("10:00", "2000-01-05", "'10:00' is no date")]
    [InlineData("2000-01-01", "01/05/2000", "'01/05/2000' is no date")]
    [InlineData("1", "soon", "'soon' is no whole number of seconds")]
    [InlineData("1.5", "345600", "'1.5' is no whole number of seconds")]
    [InlineData("0", "-70000000000", "'-70000000000' is no whole number of seconds")]
    public void Periods_that_are_none_are_refused(string? from, string to, string problem) => Assert.Contains(
        problem,
        Assert.Throws<ConfigException>(() => ReplayPeriod.Of(new TimeSplit { Column = "t", From = from, To = to }, PeriodLength.Day)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Values_are_followed_from_month_to_month_and_a_stopped_replay_goes_on()
    {
        File.WriteAllText(Path.Combine(_folder, "rows.csv"), Rows());
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Replay.Run(Request("out"), new StopInSecond(stop), stop.Token));
        IReadOnlyList<ReplayedPeriod> resumed = Replay.Run(Request("out"), new Silent(), TestContext.Current.CancellationToken);
        IReadOnlyList<ReplayedPeriod> whole = Replay.Run(Request("whole"), new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal(whole.Select(period => (period.Values, period.Carried.Test, period.Anew!.Test)), resumed.Select(period => (period.Values, period.Carried.Test, period.Anew!.Test)));

        Assert.Equal(["2000-01-01", "2000-02-01"], whole.Select(period => period.Period.Name));
        Dictionary<string, byte> january = Sizes("2000-01-01"), february = Sizes("2000-02-01");
        ValueChanges first = whole[0].Values, second = whole[1].Values;
        Assert.Equal(new ValueChanges(january.Count, january.Count, 0, 0, 0), first);
        Assert.Equal(
            new ValueChanges(
                february.Count,
                february.Keys.Except(january.Keys).Count(),
                january.Keys.Except(february.Keys).Count(),
                february.Count(value => january.TryGetValue(value.Key, out byte size) && value.Value > size),
                february.Count(value => january.TryGetValue(value.Key, out byte size) && value.Value < size)),
            second);
        Assert.True(second is { New: > 0, Gone: > 0, Grown: > 0, Shrunk: > 0 }, $"too little happened to show anything: {second}");
        Assert.Contains("embedding_dim: 8", File.ReadAllText(Path.Combine(_folder, "whole", "2000-02-01", "run", "config.resolved.yaml")), StringComparison.Ordinal);
        Assert.All(whole, period => Assert.InRange(period.Carried.Embedding.Ratio, 0.3, 0.4));
        Assert.All(whole, period => Assert.InRange(period.Carried.Test.Auc, 0.6, 1));

        string[] lines = File.ReadAllLines(Path.Combine(_folder, "whole", "replay.csv"));
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"2000-02-01,{whole[1].Examples},{second.All},{second.New},{second.Gone},", lines[2], StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(_folder, "whole", "replay.png")).Length > 1000);
        File.WriteAllText(Path.Combine(_folder, "whole", "replay.csv"), "");
        Directory.Move(Path.Combine(_folder, "whole"), Path.Combine(_folder, "moved"));
        string note = Path.Combine(_folder, "moved", "replay.json"), noted = File.ReadAllText(note);
        Assert.Contains("\"MaxAge\":null,", noted, StringComparison.Ordinal);
        File.WriteAllText(note, noted.Replace("\"MaxAge\":null,", "", StringComparison.Ordinal)); // before there was such a key
        ReplayRequest thrifty = Request("moved") with { Data = Request("moved").Data with { MemoryLimit = "1GB", Threads = 1 } };
        Assert.Equal(whole.Select(period => period.Values), Replay.Run(thrifty, new Silent(), TestContext.Current.CancellationToken).Select(period => period.Values));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(_folder, "moved", "replay.csv")));
        Assert.Contains("holds a replay of another config", Assert.Throws<StudyException>(() => Replay.Run(
            Request("moved") with { By = PeriodLength.Week }, new Silent(), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_try_that_failed_claims_nothing()
    {
        File.WriteAllText(Path.Combine(_folder, "rows.csv"), Rows());
        ReplayRequest wrong = Request("out") with { Data = Request("out").Data with { Label = "lable" } };
        Assert.ThrowsAny<Exception>(() => Replay.Run(wrong, new Silent(), TestContext.Current.CancellationToken));
        Assert.Equal(2, Replay.Run(Request("out") with { Anew = false }, new Silent(), TestContext.Current.CancellationToken).Count);
    }

    /// <summary>The kept size of each value of a period's run.</summary>
    private Dictionary<string, byte> Sizes(string period)
    {
        using TrainedRun run = TrainedRun.Open(Path.Combine(_folder, "whole", period, "run"));
        return run.Sizes.SelectMany((sizes, v) => run.Dataset.Vocabularies[v].Values.ToArray().Zip(sizes.Sizes, (value, size) => (Key: $"{v}:{value}", size)).Skip(2))
            .ToDictionary(value => value.Key, value => value.size);
    }

    private ReplayRequest Request(string name)
    {
        RunConfig first = new()
        {
            Network = new NetworkConfig { HiddenUnits = [8] },
            Sizing = new SizingConfig { Method = "taper", EmbeddingDim = 8, Budget = 0.4, FreezeEpoch = 1 },
            Training = new TrainingConfig { Epochs = 3, BatchSize = 64, LearningRate = 0.02, Threads = 1 },
        };
        return new ReplayRequest
        {
            Data = new DataConfig
            {
                Name = "months",
                Sources = [new SourceConfig { Name = "rows", Path = "rows.csv" }],
                Fields = [new FieldConfig { Name = "user" }, new FieldConfig { Name = "item" }],
                Split = new SplitConfig { Time = new TimeSplit { Column = "day", From = "2000-01-01", To = "2000-04-01", Validation = 0.2 } },
                CountDecay = 0,
            },
            BaseFolder = _folder,
            By = PeriodLength.Month,
            First = first,
            FirstYaml = "sizing: {embedding_dim: 8}",
            ThenYaml = "sizing: {embedding_dim: 8}",
            Then = first with { Training = first.Training with { Epochs = 2 } },
            Anew = true,
            Folder = Path.Combine(_folder, name),
        };
    }

    private static string Rows()
    {
        Random random = new(5);
        StringBuilder csv = new("user,item,day,label\n");
        for (int row = 0; row < 2400; row++)
        {
            int day = row * 91 / 2400, user = random.Next(10, 40) + (day / 3), item = random.Next(30);
            bool likes = random.NextDouble() < 0.1 + (user % 3 == 0 ? 0.4 : 0) + (item % 2 == 0 ? 0.4 : 0);
            csv.Append(CultureInfo.InvariantCulture, $"u{user},i{item},{new DateTime(2000, 1, 1).AddDays(day):yyyy-MM-dd},{(likes ? 1 : 0)}\n");
        }

        return csv.ToString();
    }

    private class Silent : IReplayProgress, ITrainingProgress
    {
        public ITrainingProgress Training => this;

        public virtual void StepDone(TrainingStep state)
        {
        }

        public void EpochDone(EpochResult result)
        {
        }

        public void Message(string text)
        {
        }

        public virtual void PeriodDone(ReplayedPeriod period)
        {
        }
    }

    /// <summary>Stops within the second period's first epoch.</summary>
    private sealed class StopInSecond(CancellationTokenSource stop) : Silent
    {
        private bool _isSecond;

        public override void PeriodDone(ReplayedPeriod period) => _isSecond = true;

        public override void StepDone(TrainingStep state)
        {
            if (_isSecond)
            {
                stop.Cancel();
            }
        }
    }
}
