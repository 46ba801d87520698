namespace Taper.Models.Compact;

/// <summary>
/// The order of a compact table's rows: widest first, ids ascending within a size. As rows of one size lie together,
/// where a size begins says where each of its rows begins, and no row needs an offset or a length of its own.
/// </summary>
internal sealed class RowOrder
{
    private RowOrder(int[] ids, long[] firstRow)
    {
        Ids = ids;
        FirstRow = firstRow;
    }

    /// <summary>The id that stands in each row.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The first row of the sizes D, D - 1, ..., 0, and at the end the number of rows: D + 2 entries.</summary>
    public long[] FirstRow { get; }

    /// <summary>Orders the ids of a vocabulary.</summary>
    public static RowOrder Of(IReadOnlyList<byte> sizes, int dimension)
    {
        long[] firstRow = new long[dimension + 2];
        foreach (byte size in sizes)
        {
            firstRow[dimension - size + 1]++;
        }

        for (int place = 1; place < firstRow.Length; place++)
        {
            firstRow[place] += firstRow[place - 1];
        }

        int[] ids = new int[sizes.Count];
        RowOrder order = new(ids, firstRow);
        Cursor rows = order.Rows();
        for (int id = 0; id < ids.Length; id++)
        {
            ids[rows.Next(sizes[id])] = id;
        }

        return order;
    }

    /// <summary>The row an id stands in.</summary>
    public int RowOf(int id)
    {
        for (int row = 0; row < Ids.Count; row++)
        {
            if (Ids[row] == id)
            {
                return row;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(id), id, "The vocabulary has no such id.");
    }

    /// <summary>Gives the rows of ids that come in ascending order.</summary>
    public Cursor Rows() => new([.. FirstRow]);

    /// <summary>The next row of each size.</summary>
    internal readonly struct Cursor(long[] next)
    {
        /// <summary>The row of the next id, whose size is known.</summary>
        public long Next(byte size) => next[next.Length - 2 - size]++;
    }
}
