using System.Text;

namespace Taper.Data.Tests;

public sealed class RowSourceTests
{
    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.csv.gz")]
    public void Rows_come_in_the_order_of_the_file(string name)
    {
        const int Count = 50_000;
        using Workspace work = new();
        StringBuilder text = new("a,B,c\n");
        for (int row = 0; row < Count; row++)
        {
            text.Append(row).Append(",\"value, ").Append(row).Append(" with more text than fits inline\",").Append(row % 3 == 0 ? "" : "é").Append('\n');
        }

        using RowSource source = RowSource.Open(work.Write(name, text.ToString()), TestContext.Current.CancellationToken);
        Assert.Equal(["a", "B", "c"], source.Columns);
        int next = 0;
        foreach (RawChunk chunk in source.ReadChunks(["c", "b", "A"]))
        {
            for (int row = 0; row < chunk.Count; row++, next++)
            {
                Assert.Equal(next % 3 == 0 ? null : "é", chunk[0, row]);
                Assert.Equal($"value, {next} with more text than fits inline", chunk[1, row]);
                Assert.Equal($"{next}", Encoding.UTF8.GetString(chunk.Utf8(2, row)));
            }
        }

        Assert.Equal(Count, next);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        using Workspace work = new();
        Assert.Throws<DataException>(() => RowSource.Open(Path.Combine(work.Folder, "none.csv"), TestContext.Current.CancellationToken));
        using RowSource source = RowSource.Open(work.Write("a.csv", "a,b\n1,2\n3\n"), TestContext.Current.CancellationToken);
        Assert.Contains("no column x", Assert.Throws<DataException>(() => source.ReadChunks(["x"])).Message, StringComparison.Ordinal);
        Assert.Contains("a.csv, line 3", Assert.Throws<DataException>(() => source.ReadChunks(["a"]).Sum(chunk => chunk.Count)).Message, StringComparison.Ordinal);
    }
}
