using DuckDB.NET.Data;
using Taper.Configuration;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

/// <summary>The same rows in every layout give the same dataset.</summary>
public sealed class SourceTests
{
    private static readonly string[] Values = ["x", "y,;\t z", "say \"x\"", "é", "", "x"];

    [Theory]
    [InlineData("a.csv", ',', null)]
    [InlineData("a.csv.gz", ',', null)]
    [InlineData("a.tsv", '\t', null)]
    [InlineData("a.tsv.gz", '\t', null)]
    [InlineData("a.csv", ';', ";")]
    [InlineData("a.txt", '|', "|")]
    public void Delimited_text(string name, char delimiter, string? option)
    {
        using Workspace work = new();
        work.Write(name, Delimited(delimiter, "\n"));
        Check(work, new SourceConfig { Name = "all", Path = name, Delimiter = option });
    }

    [Fact]
    public void Windows_lines_a_byte_order_mark_and_no_last_line_end()
    {
        using Workspace work = new();
        work.Write("a.csv", "\ufeff" + Delimited(',', "\r\n").TrimEnd());
        Check(work, new SourceConfig { Name = "all", Path = "a.csv" });
    }

    [Fact]
    public void No_header()
    {
        using Workspace work = new();
        work.Write("a.csv", Delimited(',', "\n").Split('\n', 2)[1]);
        Check(work, new SourceConfig { Name = "all", Path = "a.csv", Columns = ["label", "a"] });
    }

    [Fact]
    public void Parts_of_a_pattern_are_read_in_the_order_of_their_names()
    {
        using Workspace work = new();
        string[] lines = Delimited(',', "\n").Split('\n');
        work.Write("parts/b/part-2.csv", $"{lines[0]}\n{lines[4]}\n{lines[5]}\n{lines[6]}\n");
        work.Write("parts/a/part-1.csv", $"{lines[0]}\n{lines[1]}\n{lines[2]}\n{lines[3]}\n");
        work.Write("parts/a/other.csv", "no,such\n");
        Check(work, new SourceConfig { Name = "all", Path = "parts/**/part-?.csv" });
    }

    [Fact]
    public void Brackets_in_a_path_are_no_pattern()
    {
        using Workspace work = new();
        work.Write("it's [1]/a.csv", Delimited(',', "\n"));
        Check(work, new SourceConfig { Name = "all", Path = "it's [1]/a.csv" });
    }

    [Fact]
    public void Parquet()
    {
        using Workspace work = new();
        string csv = work.Write("a.csv", Delimited(',', "\n"));
        Copy(work, $"SELECT label::BOOLEAN AS label, a FROM read_csv('{csv}', all_varchar=true)");
        Check(work, new SourceConfig { Name = "all", Path = "a.parquet" });
    }

    [Fact]
    public void Parquet_lists_and_numbers_are_text()
    {
        using Workspace work = new();
        Copy(work, "SELECT 1 AS label, ['x', 'y'] AS a, 2.5::DOUBLE AS n UNION ALL SELECT 0, ['y'], 7");
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(
            "a.parquet", new FieldConfig { Name = "a", Kind = FieldKind.MultiValued }, new FieldConfig { Name = "n" }));
        Assert.Equal(["", "", "y", "x"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal(["", "", "2.5", "7.0"], dataset.Vocabularies[1].Values.ToArray());
    }

    [Fact]
    public void Libsvm()
    {
        using Workspace work = new();
        work.Write("a.libsvm", "1 3:1 10:1\n-1 4:1 10:1.0 # note\n\n+1 3:1 11:1\n");
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(
            "a.libsvm",
            new FieldConfig { Name = "user", Column = "feature_1" },
            new FieldConfig { Name = "item", Column = "feature_2" },
            new FieldConfig { Name = "features", Kind = FieldKind.MultiValued }));
        Assert.Equal([1, 0, 1], dataset.Split("train").Labels.ToArray());
        Assert.Equal(["", "", "3", "4"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal(["", "", "10", "11"], dataset.Vocabularies[1].Values.ToArray());
        Assert.Equal(["", "", "10", "3", "11", "4"], dataset.Vocabularies[2].Values.ToArray());
    }

    [Theory]
    [InlineData("1 3:1 10:1\n0 4:1\n", "a line has 1 features where the first line has 2")]
    [InlineData("1 3:1 10:1\n0 4:1 5:0.5\n", "5:0.5 is not of the form index:1")]
    public void Libsvm_that_fits_no_fields_is_refused(string text, string says)
    {
        using Workspace work = new();
        work.Write("a.svm", text);
        DataException refused = Assert.Throws<DataException>(() => work.Build(Workspace.OneFile("a.svm", new FieldConfig { Name = "feature_2" })));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_ending_asks_for_the_layout()
    {
        using Workspace work = new();
        work.Write("a.dat", Delimited(',', "\n"));
        Assert.Throws<ConfigException>(() => work.Build(Workspace.OneFile("a.dat", new FieldConfig { Name = "a" })));
        Check(work, new SourceConfig { Name = "all", Path = "a.dat", Format = SourceFormat.Csv });
    }

    private static void Check(Workspace work, SourceConfig source)
    {
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(source.Path, new FieldConfig { Name = "a" }) with { Sources = [source] });
        string[] values = dataset.Vocabularies[0].Values.ToArray();
        Assert.Equal(Values, dataset.Split("train").Column(0).Ids.ToArray().Select(id => values[id]));
        Assert.Equal([0, 1, 0, 1, 0, 1], dataset.Split("train").Labels.ToArray());
    }

    private static string Delimited(char delimiter, string lineEnd) =>
        $"label{delimiter}a{lineEnd}" + string.Concat(Values.Select((value, row) =>
            $"{row % 2}{delimiter}\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{lineEnd}"));

    private static void Copy(Workspace work, string query)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{Path.Combine(work.Folder, "a.parquet")}' (FORMAT parquet)";
        command.ExecuteNonQuery();
    }
}
