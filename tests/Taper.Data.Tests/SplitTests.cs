using System.Globalization;
using Taper.Configuration;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

public sealed class SplitTests
{
    [Fact]
    public void A_hash_splits_by_values_whatever_the_order()
    {
        using Workspace work = new();
        string[] rows = [.. Enumerable.Range(0, 4_000).Select(row => $"{row % 2},u{row % 997},{row}")];
        work.Write("a.csv", "label,u,r\n" + string.Join('\n', rows));
        work.Write("b.csv", "label,u,r\n" + string.Join('\n', rows.Reverse()));
        SplitConfig split = new() { Hash = new HashSplit { Columns = ["u"], Seed = 5, Validation = 0.2, Test = 0.1 } };
        int[][] one = Members(work, "a.csv", split);
        Assert.InRange(one[1].Length, 650, 950);
        Assert.InRange(one[2].Length, 280, 520);
        Assert.Equal(Enumerable.Range(0, 4_000), one.SelectMany(members => members).Order());
        Assert.Empty(one[0].Select(row => row % 997).Intersect(one[1].Select(row => row % 997)));
        Assert.Equal(one, Members(work, "b.csv", split).Select(members => members.Order().ToArray()));
        Assert.NotEqual(one[1], Members(work, "a.csv", split with { Hash = split.Hash! with { Seed = 6 } })[1]);
    }

    [Fact]
    public void A_hash_is_the_same_in_every_version()
    {
        using Workspace work = new();
        work.Write("a.csv", "label,r\n" + string.Join('\n', Enumerable.Range(0, 40).Select(row => $"{row % 2},{row}")));
        int[][] members = Members(work, "a.csv", new SplitConfig { Hash = new HashSplit { Columns = ["r"], Validation = 0.3, Test = 0 } });
        Assert.Equal(2, members.Length);
        Assert.Equal([2, 3, 4, 7, 8, 15, 17, 20, 23, 26, 27, 31, 33, 38], members[1]);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}.5")]
    [InlineData("2026-01-01 00:{0:00}:00")]
    public void Time_puts_the_newest_into_test(string format)
    {
        using Workspace work = new();
        IEnumerable<string> rows = Enumerable.Range(0, 50).Select(row => row * 37 % 50)
            .Select(row => $"{row % 2},{row},{string.Format(CultureInfo.InvariantCulture, format, row)}");
        work.Write("a.csv", "label,r,t\n" + string.Join('\n', rows));
        int[][] members = Members(work, "a.csv", new SplitConfig { Time = new TimeSplit { Column = "t", Validation = 0.2, Test = 0.1 } });
        Assert.Equal([Enumerable.Range(0, 35), Enumerable.Range(35, 10), Enumerable.Range(45, 5)], members.Select(split => split.Order()));
    }

    [Theory]
    [InlineData("{0}", "10", "40", "45", "39.5")]
    [InlineData("2026-01-01 00:{0:00}:00", "2026-01-01 00:10:00", "2026-01-01 00:40:00", "2026-01-01 00:45", "2026-01-01 00:39:30")]
    public void Times_bound_what_trains_and_what_tests(string format, string from, string testFrom, string to, string between)
    {
        using Workspace work = new();
        IEnumerable<string> rows = Enumerable.Range(0, 50).Select(row => row * 37 % 50)
            .Select(row => $"{row % 2},{row},{string.Format(CultureInfo.InvariantCulture, format, row)}");
        work.Write("a.csv", "label,r,t\n" + string.Join('\n', rows));
        TimeSplit time = new() { Column = "t", Validation = 0.2, From = from, TestFrom = testFrom, To = to };
        int[][] members = Members(work, "a.csv", new SplitConfig { Time = time });
        Assert.Equal([Enumerable.Range(10, 24), Enumerable.Range(34, 6), Enumerable.Range(40, 5)], members.Select(split => split.Order()));
        members = Members(work, "a.csv", new SplitConfig { Time = time with { From = null, To = null, TestFrom = between } });
        Assert.Equal([Enumerable.Range(0, 32), Enumerable.Range(32, 8), Enumerable.Range(40, 10)], members.Select(split => split.Order()));
        members = Members(work, "a.csv", new SplitConfig { Time = time with { TestFrom = null, Test = 0.2 } });
        Assert.Equal([Enumerable.Range(10, 21), Enumerable.Range(31, 7), Enumerable.Range(38, 7)], members.Select(split => split.Order()));
    }

    [Theory]
    [InlineData("soon", null, null, "data.split.time.from: 'soon' is no time")]
    [InlineData("1", "later", null, "data.split.time.test_from: 'later' is no number")]
    [InlineData("5", null, "5", "to (5) is not after from (5)")]
    [InlineData(null, "7", "6", "to (6) is not after test_from (7)")]
    public void Bounds_that_are_none_are_refused(string? from, string? testFrom, string? to, string problem)
    {
        using Workspace work = new();
        work.Write("a.csv", "label,r,t\n0,0,1\n1,1,2\n");
        SplitConfig split = new() { Time = new TimeSplit { Column = "t", From = from, TestFrom = testFrom, To = to } };
        Assert.Contains(problem, Assert.Throws<ConfigException>(() => Members(work, "a.csv", split)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1769860800", "1769860801", "2026-01-31", "t holds numbers such as 1769860800, but from is '2026-01-31'; write it as a number, which is 1769817600 if")]
    [InlineData("2026-01-31", "2026-01-31", "1769817600", "t holds dates such as 2026-01-31, but from is '1769817600'; write it as a date, such as 2026-01-31 00:00:00.")]
    [InlineData("2026-01-31", "2026-01-31", "1e300", "but from is '1e300'; write it as a date, such as 2026-01-31 12:00:00.")]
    public void Bounds_of_another_kind_than_the_column_are_told(string one, string two, string from, string problem)
    {
        using Workspace work = new();
        work.Write("a.csv", $"label,r,t\n0,0,{one}\n1,1,{two}\n");
        SplitConfig split = new() { Time = new TimeSplit { Column = "t", From = from } };
        string message = Assert.Throws<ConfigException>(() => Members(work, "a.csv", split)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_a_time_is_refused_though_others_are_left_out()
    {
        using Workspace work = new();
        work.Write("a.csv", "label,r,t\n0,0,1\n1,1,9\n1,2,never\n");
        SplitConfig split = new() { Time = new TimeSplit { Column = "t", From = "5", TestFrom = "8" } };
        string message = Assert.Throws<DataException>(() => Members(work, "a.csv", split)).Message;
        Assert.Contains("row 2 of those that data.split.time keeps", message, StringComparison.Ordinal);
        Assert.Contains("\"never\", which is no time", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_one_moment_stay_together()
    {
        using Workspace work = new();
        work.Write("a.csv", "label,r,t\n0,0,1\n1,1,1\n0,2,2\n1,3,2\n0,4,2\n1,5,2\n");
        int[][] members = Members(work, "a.csv", new SplitConfig { Time = new TimeSplit { Column = "t", Validation = 0, Test = 0.2 } });
        Assert.Equal([[0, 1], [2, 3, 4, 5]], members);
    }

    /// <summary>The numbers of column r in every split, row by row.</summary>
    private static int[][] Members(Workspace work, string file, SplitConfig split)
    {
        DataConfig config = Workspace.OneFile(file, new FieldConfig { Name = "r", Kind = FieldKind.Numeric }) with { Split = split };
        using Dataset dataset = work.BuildAndOpen(config);
        FeatureField field = dataset.Fields[0];
        return [.. dataset.SplitNames.Select(name => (int[])[.. dataset.Split(name).Column(0).Values.ToArray()
            .Select(value => (int)Math.Round((value * field.StandardDeviation) + field.Mean))])];
    }
}
