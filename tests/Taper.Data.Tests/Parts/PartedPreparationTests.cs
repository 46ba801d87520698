using System.Globalization;
using System.Text;
using CsCheck;
using Taper.Configuration;
using Taper.Data.Duck;
using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests.Parts;

/// <summary>Preparing in parts gives what one process makes of the same files, byte for byte, or refuses it where that does.</summary>
public sealed class PartedPreparationTests
{
    private const string Header = "label,user,friend,tags,price,age,time\n";

    private static readonly Gen<string> Row = Gen.Select(Gen.Int[0, 1], Gen.Int[0, 30], Gen.Int[0, 30], Gen.Int[0, 6].Array[0, 3], Any.Of("", "0.5", "3", "1e3", "-7.25"), Any.Of("", "0", "1", "18", "250"), Gen.Int[-40, 60])
        .Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Item1},{Name(row.Item2)},{Name(row.Item3)},{string.Join('|', row.Item4.Select(tag => $"tag {tag}"))},{row.Item5},{row.Item6},{row.Item7 * 0.1:0.0}\n"));

    private static readonly Gen<string[][]> Files = Row.Array[4, 40].Array[1, 5];

    private static readonly SplitConfig[] Splits =
    [
        new() { Files = new FilesSplit { Train = "all", Test = "tests" } },
        new() { Hash = new HashSplit { Columns = ["user", "tags"], Validation = 0.2, Test = 0.2 } },
        new() { Time = new TimeSplit { Column = "time", Validation = 0.25, Test = 0.2 } },
        new() { Time = new TimeSplit { Column = "time", From = "-3", TestFrom = "3.5", To = "5.5", Validation = 0.3 } },
    ];

    private static readonly Gen<DataConfig> Configs = Gen.Select(Gen.Long[1, 3], Any.Of(0, 0, 4), Any.Of<int?>(null, 2), Any.Of(Splits)).Select(
        (least, most, age, split) => new DataConfig
        {
            Sources = [new SourceConfig { Name = "all", Path = "rows/*.csv" }, new SourceConfig { Name = "tests", Path = "rows/0.csv" }],
            Label = "label",
            MaxAge = age,
            Fields =
            [
                new FieldConfig { Name = "user", MinCount = least, MaxVocabulary = most, Vocabulary = "people" },
                new FieldConfig { Name = "tags", Kind = FieldKind.MultiValued, MinCount = least },
                new FieldConfig { Name = "price", Kind = FieldKind.Numeric },
                new FieldConfig { Name = "friend", MinCount = least, MaxVocabulary = most, Vocabulary = "people" },
                new FieldConfig { Name = "age", Kind = FieldKind.Bucketed },
            ],
            Split = split,
            Threads = 1,
        });

    [Fact]
    public void The_dataset_is_that_of_one_process() => Gen.Select(Files, Configs, Gen.Int[1, 4], Gen.Int[1, 4]).Sample(
        (files, config, parts, shards) =>
        {
            using Workspace work = new();
            for (int file = 0; file < files.Length; file++)
            {
                work.Write($"rows/{file}.csv", Header + string.Concat(files[file]));
            }

            string inParts = Path.Combine(work.Folder, "parts");
            string? whole = Refusal(() => work.Build(config));
            Assert.Equal(whole, Refusal(() => LocalParts.Build(config, work.Folder, inParts, parts, shards)));
            if (whole is null)
            {
                Assert.Equal(File.ReadAllText(Path.Combine(work.Out, DatasetManifest.FileName)), File.ReadAllText(Path.Combine(inParts, DatasetManifest.FileName)));
                Assert.Equal(Workspace.Bytes(work.Out), Workspace.Bytes(inParts));
                Assert.Equal(Directory.GetFileSystemEntries(work.Out).Length, Directory.GetFileSystemEntries(inParts).Length);
            }
        },
        iter: 12,
        threads: 1);

    [Fact]
    public void Joined_sources_are_read_by_every_part()
    {
        using Workspace work = new();
        work.Write("people.csv", "user,country\nu1,nl\nu2,de\nu3,fr\n");
        work.Write("rows/0.csv", "label,user\n0,u1\n1,u2\n");
        work.Write("rows/1.csv", "label,user\n1,u3\n0,u2\n0,u9\n");
        DataConfig config = Workspace.OneFile("rows/*.csv", new FieldConfig { Name = "country" });
        config = config with
        {
            Sources = [.. config.Sources, new SourceConfig { Name = "people", Path = "people.csv" }],
            Joins = [new JoinConfig { Source = "people", On = ["user"], Kind = JoinKind.Left }],
        };
        AssertSame(work, config, parts: 2);
    }

    [Fact]
    public void A_column_that_holds_numbers_in_all_parts_together_is_one_in_each()
    {
        using Workspace work = new();
        work.Write("rows/0.csv", "rating,user\n3.5,u1\n4.5,u2\n5,u1\n");
        work.Write("rows/1.csv", "rating,user\n2,u2\n");
        DataConfig config = Workspace.OneFile("rows/*.csv", new FieldConfig { Name = "user" }) with { Label = "rating >= 4" };
        AssertSame(work, config, parts: 2);
    }

    [Fact]
    public void Many_values_cross_several_messages()
    {
        using Workspace work = new();
        for (int file = 0; file < 3; file++)
        {
            StringBuilder rows = new("label,user\n");
            for (int row = 0; row < 30_000; row++)
            {
                rows.Append(CultureInfo.InvariantCulture, $"{row & 1},{new string('u', 40)}{(row * 7919) % (20_000 + (file * 15_000))}\n");
            }

            work.Write($"rows/{file}.csv", rows.ToString());
        }

        DataConfig config = Workspace.OneFile("rows/*.csv", new FieldConfig { Name = "user" });
        AssertSame(work, config, parts: 3);
    }

    [Fact]
    public void A_bad_label_is_shown_where_it_is()
    {
        using Workspace work = new();
        work.Write("rows/0.csv", "label,user\n0,u1\n1,u2\n");
        string bad = work.Write("rows/1.csv", "label,user\n1,u3\n7,u2\n");
        DataConfig config = Workspace.OneFile("rows/*.csv", new FieldConfig { Name = "user" });
        DataException refusal = Assert.Throws<DataException>(() => LocalParts.Build(config, work.Folder, work.Out, parts: 2, shards: 1));
        Assert.StartsWith($"{bad}, data row 2: the label, label, is not 0 or 1 (label = 7)", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(work.Out));
    }

    [Fact]
    public void Types_of_Parquet_columns_are_those_of_the_first_file()
    {
        using Workspace work = new();
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        string[] rows = ["(0, 1::BIGINT, 'a'), (1, 2, 'b')", "(1, 3.0::DOUBLE, 'c'), (0, 4, 'a')", "(1, 5.0::DOUBLE, 'c'), (0, NULL, 'b')", "(1, 6::BIGINT, 'd')"];
        for (int file = 0; file < rows.Length; file++)
        {
            database.Execute($"COPY (SELECT * FROM (VALUES {rows[file]}) t(label, price, user)) TO {Sql.Text(Path.Combine(work.Folder, $"{file}.parquet"))} (FORMAT parquet)", "writing");
        }

        DataConfig config = Workspace.OneFile("*.parquet", new FieldConfig { Name = "price" }, new FieldConfig { Name = "user" });
        AssertSame(work, config, parts: 3);
        using Dataset dataset = Dataset.Open(work.Out);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], dataset.Vocabularies[0].Values.ToArray()[2..].Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("csv", "label,user\n0,a\n1,b\n", "user,label\na,0\nb,1\n")]
    [InlineData("libsvm", "0 1:1 2:1\n1 3:1 4:1\n", "1 1:1 2:1 3:1\n")]
    public void Files_of_another_layout_are_refused_as_in_one_process(string ending, string first, string second)
    {
        using Workspace work = new();
        work.Write($"0.{ending}", first);
        work.Write($"1.{ending}", second);
        DataConfig config = Workspace.OneFile($"*.{ending}", new FieldConfig { Name = ending == "csv" ? "user" : "feature_2" });
        Assert.NotNull(Refusal(() => work.Build(config)));
        Assert.NotNull(Refusal(() => LocalParts.Build(config, work.Folder, work.Out, parts: 2, shards: 1)));
    }

    [Theory]
    [InlineData("query", "data.query")]
    [InlineData("admission", "data.admission")]
    [InlineData("window", "data.label")]
    [InlineData("subquery", "data.label")]
    [InlineData("twice", "data.split.files")]
    [InlineData("joined", "data.joins")]
    public void What_needs_all_examples_in_one_place_is_refused(string what, string key)
    {
        DataConfig config = Workspace.OneFile("rows.csv", new FieldConfig { Name = "user" });
        config = config with
        {
            Query = what == "query" ? "SELECT * FROM examples" : null,
            Admission = what == "admission" ? Admission.Exact : null,
            Label = what switch { "window" => "rating > avg(rating) OVER ()", "subquery" => "rating > (SELECT avg(rating) FROM taper.raw)", _ => "rating > 3" },
            Split = what == "twice" ? new SplitConfig { Files = new FilesSplit { Train = "all", Test = "all" } } : config.Split,
            Joins = what == "joined" ? [new JoinConfig { Source = "all", On = ["user"] }] : [],
        };
        ConfigException refusal = Assert.Throws<ConfigException>(() => PartRules.Check(config));
        Assert.StartsWith(key, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("(taper prepare).", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_dealt_out_in_order_and_about_evenly() => Gen.Select(Gen.Int[1, 300].Array[1, 12], Gen.Int[1, 6]).Sample(
        (sizes, parts) =>
        {
            using Workspace work = new();
            FileOfExamples[] files = [.. sizes.Select((size, number) => new FileOfExamples("all", work.Write($"{number}", new string('x', size))))];
            IReadOnlyList<IReadOnlyList<FileOfExamples>> hands = PartPlan.Deal(files, parts);
            Assert.Equal(Math.Min(parts, files.Length), hands.Count);
            Assert.Equal(files, hands.SelectMany(hand => hand));
            Assert.All(hands, hand => Assert.InRange(hand.Sum(file => new FileInfo(file.Path).Length), 1, (sizes.Sum() / hands.Count) + (2 * sizes.Max())));
        },
        iter: 50,
        threads: 1);

    private static void AssertSame(Workspace work, DataConfig config, int parts)
    {
        work.Build(config);
        string inParts = Path.Combine(work.Folder, "parts");
        LocalParts.Build(config, work.Folder, inParts, parts, shards: 1);
        Assert.Equal(Workspace.Bytes(work.Out), Workspace.Bytes(inParts));
    }

    private static string Name(int number) => number switch
    {
        0 => "",
        < 20 => $"user {number * number % 17}",
        _ => $"somebody whose name is long {number}",
    };

    private static string? Refusal(Action build)
    {
        try
        {
            build();
            return null;
        }
        catch (DataException e)
        {
            return e.Message;
        }
    }
}
