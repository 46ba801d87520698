using System.Text;
using Taper.Configuration;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

/// <summary>Everything that can be wrong with the input gives one line that says what and where, and harms nothing.</summary>
public sealed class BadInputTests
{
    private const string Good = "label,u\n0,a\n1,b\n";

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("label,u\n", "the train split has no rows")]
    [InlineData(Good + "1\n", "a.csv, line 4: 1 columns where 2 are expected (\"1\")")]
    [InlineData(Good + "1,a,b\n", "a.csv, line 4: 3 columns where 2 are expected")]
    [InlineData(Good + "1,\"a\n", "a.csv, line 4: a quoted value is not closed")]
    [InlineData(Good + "2,a\n", "a.csv, data row 3: the label, label, is not 0 or 1 (label = 2)")]
    [InlineData(Good + ",a\n", "a.csv, data row 3: the label, label, is not 0 or 1 (label is missing)")]
    [InlineData("label,u\n0,a\n0,b\n", "has no positives")]
    [InlineData("label,u\n1,a\n1,b\n", "has no negatives")]
    [InlineData("label,v\n0,a\n1,b\n", "there is no column u, which field u uses; the columns are label, v")]
    [InlineData("target,u\n0,a\n1,b\n", "there is no column label, which the label (label) uses")]
    [InlineData("label,u,U\n0,a,b\n", "appears twice")]
    [InlineData("label,u,\n0,a,b\n", "column 3 has no name")]
    public void A_bad_file_is_refused(string text, string says)
    {
        using Workspace work = new();
        work.Write("a.csv", text);
        Refused(work, Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }), says);
    }

    [Theory]
    [InlineData("label,u\n0,a\n1,\u00ff\n", "a.csv, line 3: invalid UTF-8")]
    [InlineData("label,\u00ff\n0,a\n1,b\n", "a.csv, line 1: invalid UTF-8")]
    public void Text_that_is_not_UTF8_is_refused(string text, string says)
    {
        using Workspace work = new();
        File.WriteAllBytes(Path.Combine(work.Folder, "a.csv"), Encoding.Latin1.GetBytes(text));
        Refused(work, Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }), says);
    }

    [Theory]
    [InlineData("a.csv.gz")]
    [InlineData("a.parquet")]
    public void A_file_of_another_format_is_refused(string name)
    {
        using Workspace work = new();
        File.WriteAllText(Path.Combine(work.Folder, name), Good);
        Refused(work, Workspace.OneFile(name, new FieldConfig { Name = "u" }), name);
    }

    [Theory]
    [InlineData("nope.csv", "there is no such file")]
    [InlineData("no*.csv", "no file matches")]
    public void A_missing_file_is_refused(string path, string says)
    {
        using Workspace work = new();
        Refused(work, Workspace.OneFile(path, new FieldConfig { Name = "u" }), says);
    }

    [Fact]
    public void The_file_of_a_bad_row_is_named_among_many()
    {
        using Workspace work = new();
        work.Write("p1.csv", Good);
        work.Write("p2.csv", Good + "7,c\n");
        work.Write("p3.csv", Good);
        Refused(work, Workspace.OneFile("p?.csv", new FieldConfig { Name = "u" }), "p2.csv, data row 3");
        work.Write("p3.csv", "u,label\na,0\n");
        Refused(work, Workspace.OneFile("p?.csv", new FieldConfig { Name = "u" }), "p3.csv: its columns (u, label) are not those of");
    }

    [Fact]
    public void A_field_of_numbers_without_numbers_is_refused()
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        Refused(work, Workspace.OneFile("a.csv", new FieldConfig { Name = "u", Kind = FieldKind.Numeric }), "holds no number");
        Refused(work, Workspace.OneFile("a.csv", new FieldConfig { Name = "u", Kind = FieldKind.Bucketed }), "holds no number");
    }

    [Fact]
    public void A_time_that_is_none_is_refused()
    {
        using Workspace work = new();
        work.Write("a.csv", "label,u\n0,1\n1,2\n1,soon\n");
        DataConfig config = Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }) with { Split = new SplitConfig { Time = new TimeSplit { Column = "u" } } };
        Refused(work, config, "a.csv, data row 3: u is \"soon\", which is no time");
    }

    [Theory]
    [InlineData("label >=")]
    [InlineData("nosuch(label)")]
    [InlineData("sum(label)")]
    [InlineData(" ")]
    [InlineData("label) --")]
    public void A_label_that_is_no_expression_is_a_wrong_config(string label)
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        ConfigException refused = Assert.Throws<ConfigException>(
            () => work.Build(Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }) with { Label = label }));
        Assert.StartsWith("data.label", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Keys_that_contradict_each_other_are_refused()
    {
        DataConfig good = Workspace.OneFile("a.csv", new FieldConfig { Name = "u" });
        DataConfig[] bad =
        [
            good with { Sources = [] },
            good with { MemoryLimit = "plenty" },
            good with { Fields = [] },
            good with { Fields = [good.Fields[0], new FieldConfig { Name = "U" }] },
            good with { Fields = [good.Fields[0], new FieldConfig { Name = "v", Vocabulary = "u", MinCount = 2 }] },
            good with { Fields = [new FieldConfig { Name = "u", Kind = FieldKind.Numeric, Vocabulary = "x" }] },
            good with { Fields = [new FieldConfig { Name = "u", Kind = FieldKind.MultiValued, Separator = "" }] },
            good with { Split = new SplitConfig() },
            good with { Split = good.Split with { Hash = new HashSplit { Columns = ["u"] } } },
            good with { Split = new SplitConfig { Hash = new HashSplit { Columns = [] } } },
            good with { Split = new SplitConfig { Hash = new HashSplit { Columns = ["u"], Validation = 0.5, Test = 0.5 } } },
            good with { Split = new SplitConfig { Files = new FilesSplit { Train = "none" } } },
            good with { Joins = [new JoinConfig { Source = "none", On = ["u"] }] },
            good with { Joins = [new JoinConfig { Source = "all", On = ["u"] }], Query = "SELECT 1" },
        ];
        using Workspace work = new();
        work.Write("a.csv", Good);
        Assert.All(bad, config => Assert.Throws<ConfigException>(() => work.Build(config)));
        work.Build(good);
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_not_replaced()
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        work.Write("out/precious.txt", "mine");
        Assert.Throws<ArtifactException>(() => work.Build(Workspace.OneFile("a.csv", new FieldConfig { Name = "u" })));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(work.Out, "precious.txt")));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_data_error()
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        string inside = Path.Combine(work.Write("file", "x"), "out");
        Assert.Throws<DataException>(() => work.Build(Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }), inside));
    }

    [Fact]
    public void Stopping_changes_nothing()
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetBuilder.Build(
            Workspace.OneFile("a.csv", new FieldConfig { Name = "u" }), work.Folder, work.Out, cancellation: stop.Token));
        Assert.Equal(["a.csv"], Directory.EnumerateFileSystemEntries(work.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Stopping_half_way_leaves_the_old_dataset()
    {
        using Workspace work = new();
        work.Write("a.csv", Good);
        DataConfig config = Workspace.OneFile("a.csv", new FieldConfig { Name = "u" });
        work.Build(config);
        IReadOnlyList<string> before = Workspace.Bytes(work.Out);
        using CancellationTokenSource stop = new();
        StopAt progress = new(stop, "encoding u");
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetBuilder.Build(config, work.Folder, work.Out, progress, stop.Token));
        Assert.Equal(before, Workspace.Bytes(work.Out));
    }

    private sealed class StopAt(CancellationTokenSource stop, string step) : IProgress<PreparingProgress>
    {
        public void Report(PreparingProgress value)
        {
            if (value.Doing == step)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>The build is refused with one line, and the dataset that was there is as it was.</summary>
    private static void Refused(Workspace work, DataConfig config, string says)
    {
        work.Write("good.csv", Good);
        work.Build(Workspace.OneFile("good.csv", new FieldConfig { Name = "u" }));
        IReadOnlyList<string> before = Workspace.Bytes(work.Out);
        DataException refused = Assert.Throws<DataException>(() => work.Build(config));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(before, Workspace.Bytes(work.Out));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(work.Folder), path => path.Contains(".tmp-", StringComparison.Ordinal));
    }
}
