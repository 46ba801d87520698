using System.Globalization;
using System.Text;
using CsCheck;
using Taper.Configuration;
using Taper.Data.Duck;
using Taper.Data.Preparing;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

/// <summary>Chains of datasets: which values stay, wait and are forgotten, against a dictionary that is gone through value by value.</summary>
public sealed class ForgettingTests
{
    private static readonly Gen<string[]> Values =
        Gen.Select(Gen.Int[0, 14], Gen.Int[0, 14]).Select(pair => $"v{Math.Min(pair.Item1, pair.Item2)}").Array[0, 25];

    private static readonly Gen<DataConfig> Configs = Gen.Select(
        Any.Of<double?>(null, 0, 0.4, 0.97), Any.Of<int?>(null, 1, 2, 3), Any.Of<Admission?>(null, Admission.Exact, Admission.Exact), Gen.Long[1, 4], Any.Of(0, 0, 5)).Select(
        (decay, age, admission, least, most) => Config(least, most) with { CountDecay = decay, MaxAge = age, Admission = admission });

    [Fact]
    public void Vocabulary_counts_and_ages_are_those_of_the_reference_after_each_dataset_of_a_chain() =>
        Values.Array[4].Select(Configs).Sample((days, config) => Compare([.. days.Select(values => (values, config))]), iter: 5, threads: 1);

    [Fact]
    public void So_they_are_when_the_config_changes_on_the_way() =>
        Gen.Select(Values, Configs).Array[4].Sample(Compare, iter: 5, threads: 1);

    [Fact]
    public void A_sketch_admits_what_exact_counts_admit_and_more() => Values.Array[4].Select(Configs, Any.Of(1024, 2048).Array[4]).Sample(
        (days, config, bytes) =>
        {
            using Workspace work = new();
            config = config with { Fields = [config.Fields[0] with { MaxVocabulary = 0 }] };
            for (int day = 0; day < days.Length; day++)
            {
                using Dataset exact = Build(work, "exact", day, days[day], config with { Admission = Admission.Exact });
                using Dataset sketch = Build(work, "sketch", day, days[day], config with { Admission = Admission.Sketch, SketchBytes = bytes[day] });
                Dictionary<string, double> estimates = Counts(sketch);
                Assert.All(Counts(exact), count => Assert.True(estimates.GetValueOrDefault(count.Key) >= count.Value, $"{count.Key} on day {day}"));
            }
        },
        iter: 3,
        threads: 1);

    [Theory]
    [InlineData(Admission.Exact)]
    [InlineData(Admission.Sketch)]
    public void A_value_that_is_seen_once_a_day_enters_on_the_third(Admission admission)
    {
        using Workspace work = new();
        DataConfig config = Config(3, 0) with { Admission = admission };
        for (int day = 0; day < 3; day++)
        {
            using Dataset waiting = Build(work, "waiting", day, ["rare", $"once {day}"], config);
            using Dataset forgetting = Build(work, "forgetting", day, ["rare"], config with { Admission = null });
            Assert.Equal(day < 2 ? [] : ["rare"], waiting.Vocabularies[0].Values.ToArray()[2..]);
            Assert.Equal(2, forgetting.Vocabularies[0].Size);
            Assert.Equal(day == 2 ? 3 : 0, waiting.Vocabularies[0].ReadCounts().Skip(2).Sum());
        }
    }

    [Fact]
    public void Exact_counts_may_go_on_as_a_sketch()
    {
        using Workspace work = new();
        DataConfig config = Config(3, 0) with { Admission = Admission.Exact };
        Build(work, "chain", 0, ["rare", "rare", "other"], config).Dispose();
        Build(work, "chain", 1, ["other"], config with { Admission = Admission.Sketch }).Dispose();
        using Dataset dataset = Build(work, "chain", 2, ["rare", "other"], config with { Admission = Admission.Sketch });
        Assert.Equal(["other", "rare"], dataset.Vocabularies[0].Values.ToArray()[2..]);
    }

    [Fact]
    public void What_is_seen_once_a_day_tends_to_33_at_a_decay_of_97_percent()
    {
        ValueTotals totals = Chain(0, 1, 500);
        Assert.Equal(33, totals.Whole[0]);
        Assert.Equal(1 / 0.03, totals[0], 1e-4);
    }

    [Theory]
    [InlineData(100, 3)]
    [InlineData(12345, 7)]
    public void What_is_never_seen_again_falls_below_the_minimum_when_the_logarithms_say_so(long count, long least)
    {
        int datasets = (int)Math.Ceiling(Math.Log((double)least / count) / Math.Log(0.97));
        Assert.InRange(Chain(count, 0, datasets - 1).Whole[0], least, count);
        Assert.InRange(Chain(count, 0, datasets).Whole[0], 0, least - 1);
    }

    [Fact]
    public void Columns_and_files_are_written_only_where_they_are_asked_for()
    {
        using Workspace work = new();
        DataConfig plain = Config(1, 0), fading = plain with { CountDecay = 0.9 }, ageing = plain with { MaxAge = 3, Admission = Admission.Exact };
        foreach ((DataConfig config, int day, string columns, string files) in new[]
        {
            (plain, 0, "id,value,count", "a.parquet"),
            (plain, 1, "id,value,count", "a.parquet"),
            (fading, 0, "id,value,count", "a.parquet"),
            (fading, 1, "id,value,count,exact_count", "a.parquet"),
            (ageing, 0, "id,value,count,age", "a.parquet,a.waiting.parquet"),
            (ageing with { CountDecay = 1, Admission = Admission.Sketch }, 1, "id,value,count,exact_count,age", "a.parquet,a.waiting.npy"),
        })
        {
            using Dataset dataset = Build(work, "chain", day, ["x"], config);
            string folder = Path.Combine(dataset.Folder, "vocabularies");
            Assert.Equal(files, string.Join(',', Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
            using Database database = Database.InMemory(TestContext.Current.CancellationToken);
            Assert.Equal(columns, string.Join(',', database.Describe($"SELECT * FROM '{folder}/a.parquet'", "testing").Select(column => column.Name)));
        }
    }

    [Theory]
    [InlineData(Admission.Exact)]
    [InlineData(Admission.Sketch)]
    public void The_same_input_gives_the_same_bytes_on_any_number_of_threads(Admission admission)
    {
        using Workspace work = new();
        DataConfig config = Config(2, 0) with { Admission = admission, CountDecay = 0.9, MaxAge = 5 };
        string[][] days = [.. Enumerable.Range(0, 2).Select(day => Enumerable.Range(0, 20_000).Select(row => $"{row * row % (7919 + day)}").ToArray())];
        IReadOnlyList<FileEntry>[] files = [.. new[] { 1, 4 }.Select(threads =>
        {
            Build(work, $"on-{threads}", 0, days[0], config with { Threads = threads }).Dispose();
            using Dataset dataset = Build(work, $"on-{threads}", 1, days[1], config with { Threads = threads });
            return dataset.Manifest.Files;
        })];
        Assert.Equal(files[0], files[1]);
    }

    [Theory]
    [InlineData("a.waiting.parquet", Admission.Exact)]
    [InlineData("a.waiting.npy", Admission.Sketch)]
    public void A_file_of_what_waits_is_checked(string file, Admission admission)
    {
        using Workspace work = new();
        using Dataset dataset = Build(work, "chain", 0, ["x"], Config(2, 0) with { Admission = admission });
        string path = Path.Combine(dataset.Folder, "vocabularies", file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(path, Assert.Throws<ArtifactException>(() => Dataset.Open(dataset.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VALUES (NULL, 1, 0)")]
    [InlineData("VALUES ('', 1, 0)")]
    [InlineData("VALUES ('x', -1, 0)")]
    [InlineData("VALUES ('x', NULL, 0)")]
    [InlineData("VALUES ('x', 'nan', 0)")]
    [InlineData("VALUES ('x', 1, -1)")]
    [InlineData("VALUES ('x', 1, 3000000000)")]
    public void A_file_of_waiting_values_with_rows_that_are_none_is_refused(string rows)
    {
        using Workspace work = new();
        string path = Path.Combine(work.Folder, "a.waiting.parquet");
        using (Database database = Database.InMemory(TestContext.Current.CancellationToken))
        {
            database.Execute($"COPY (SELECT * FROM ({rows}) v (value, count, age)) TO {Sql.Text(path)} (FORMAT parquet)", "writing");
        }

        Assert.Contains("a row without", Assert.Throws<ArtifactException>(() => WaitingFile.Visit(path, (_, _, _) => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sketch_size_without_a_sketch_is_refused()
    {
        using Workspace work = new();
        Assert.Contains("data.admission is not sketch", Assert.Throws<ConfigException>(
            () => Build(work, "chain", 0, ["x"], Config(1, 0) with { SketchBytes = 1024 })).Message, StringComparison.Ordinal);
    }

    /// <summary>A value that came so often once, and then so often in each of a number of datasets.</summary>
    private static ValueTotals Chain(long first, long each, int datasets)
    {
        ValueCodes codes = new("values");
        codes.CodeOf("x"u8);
        DataConfig config = Config(1, 0) with { CountDecay = 0.97 };
        ValueTotals totals = new(codes, [first], null, config);
        for (int i = 0; i < datasets; i++)
        {
            EarlierValues earlier = new(1);
            earlier.Add(0, totals[0] * 0.97, 0);
            totals = new ValueTotals(codes, [each], earlier, config);
        }

        return totals;
    }

    private static void Compare((string[] Values, DataConfig Config)[] days)
    {
        using Workspace work = new();
        ChainReference reference = new();
        for (int day = 0; day < days.Length; day++)
        {
            reference.Add(days[day].Values, days[day].Config);
            using Dataset dataset = Build(work, "chain", day, days[day].Values, days[day].Config);
            Vocabulary vocabulary = dataset.Vocabularies[0];
            Assert.Equal(reference.Kept.Select(value => value.Text), vocabulary.Values.ToArray().Skip(2));
            double[] counts = [reference.Unknown, reference.Missing, .. reference.Kept.Select(value => value.Count)];
            Assert.Equal(counts, vocabulary.ReadExactCounts());
            Assert.Equal(counts.Select(count => (long)count), vocabulary.ReadCounts());
            Assert.Equal(reference.Kept.Select(value => value.Age), vocabulary.ReadAges().Skip(2));
            Assert.Equal(reference.Waiting, Waiting(dataset));
            string[] texts = [.. vocabulary.Values.ToArray()];
            Assert.Equal(days[day].Values.Select(value => Math.Max(0, Array.IndexOf(texts, value))), dataset.Split("train").Column(0).Ids.ToArray().Skip(2));
        }
    }

    private static List<(string Text, double Count, int Age)> Waiting(Dataset dataset)
    {
        List<(string, double, int)> waiting = [];
        string path = Path.Combine(dataset.Folder, "vocabularies", "a.waiting.parquet");
        if (File.Exists(path))
        {
            WaitingFile.Visit(path, (value, count, age) => waiting.Add((Encoding.UTF8.GetString(value), count, age)));
        }

        return waiting;
    }

    private static Dictionary<string, double> Counts(Dataset dataset) => dataset.Vocabularies[0].Values.ToArray()
        .Zip(dataset.Vocabularies[0].ReadExactCounts()).Skip(2).ToDictionary(value => value.First, value => value.Second);

    /// <summary>A day's dataset after that of the day before; two of its rows have no value.</summary>
    private static Dataset Build(Workspace work, string chain, int day, string[] values, DataConfig config)
    {
        string file = string.Create(CultureInfo.InvariantCulture, $"{chain}-{day}.csv"), folder = Path.Combine(work.Folder, $"{chain}-{day}");
        work.Write(file, $"label,a\n0,\n1,\n{string.Concat(values.Select((value, row) => $"{row % 2},{value}\n"))}");
        config = config with { Sources = [new SourceConfig { Name = "all", Path = file }] };
        if (day == 0)
        {
            work.Build(config, folder);
        }
        else
        {
            DatasetBuilder.BuildAfter(config, work.Folder, Path.Combine(work.Folder, $"{chain}-{day - 1}"), folder, cancellation: TestContext.Current.CancellationToken);
        }

        return Dataset.Open(folder);
    }

    private static DataConfig Config(long least, int most) =>
        Workspace.OneFile("all.csv", new FieldConfig { Name = "a", MinCount = least, MaxVocabulary = most }) with { Name = "day" };
}
