using CsCheck;
using Taper.Cluster.Shards;

namespace Taper.Cluster.Tests.Shards;

public sealed class ShardLayoutTests
{
    private static readonly Gen<ShardLayout> AnyLayout = Gen.Select(Gen.Int[0, 300], Gen.Int[1, 40], (rows, shards) => new ShardLayout(rows, shards));

    [Fact]
    public void Every_row_has_one_place_in_one_shard() => AnyLayout.Sample(layout =>
    {
        var rows = from shard in Enumerable.Range(0, layout.Shards)
                   from place in Enumerable.Range(0, layout.RowsOf(shard))
                   select layout.RowAt(shard, place);
        Assert.Equal(Enumerable.Range(0, layout.Rows), rows.Order());
    });

    [Fact]
    public void A_row_is_found_where_it_was_put() => AnyLayout.Sample(layout =>
    {
        for (int row = 0; row < layout.Rows; row++)
        {
            Assert.InRange(layout.PlaceOf(row), 0, layout.RowsOf(layout.ShardOf(row)) - 1);
            Assert.Equal(row, layout.RowAt(layout.ShardOf(row), layout.PlaceOf(row)));
        }
    });

    [Fact]
    public void Shards_differ_by_one_row_at_most() => AnyLayout.Sample(layout =>
    {
        int[] rows = [.. Enumerable.Range(0, layout.Shards).Select(layout.RowsOf)];
        Assert.InRange(rows.Max() - rows.Min(), 0, 1);
    });

    [Fact]
    public void The_largest_table_is_divided_too()
    {
        var layout = new ShardLayout(int.MaxValue, 10);
        Assert.Equal(int.MaxValue, Enumerable.Range(0, 10).Sum(shard => (long)layout.RowsOf(shard)));
    }
}
