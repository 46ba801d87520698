using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Finds where a split by time cuts, by asking where moments stand among those of the rows: rows need not be in one place for that.</summary>
internal static class TimeRule
{
    /// <exception cref="Taper.Configuration.ConfigException">The bounds are none, or of another kind than the column.</exception>
    /// <exception cref="DataException">A row has no time.</exception>
    public static TimeCuts Cut(TimeSplit time, ITimedRows rows, Database database)
    {
        TimeBounds bounds = new(time, database);
        TimeKinds kinds = rows.Kinds;
        bounds.RefuseAnotherKind(kinds, database);
        bool areNumbers = bounds.AreNumbers ?? kinds.Numbers >= kinds.Dates;
        rows.ReadMoments(areNumbers);
        if (bounds.TestFrom is double testFrom)
        {
            long before = rows.RankOf(testFrom).Before;
            return new TimeCuts(areNumbers, MomentAt(rows, before - (long)(time.Validation * before), before), testFrom);
        }

        long test = (long)(time.Test * rows.Count), validation = (long)(time.Validation * rows.Count);
        return new TimeCuts(areNumbers, MomentAt(rows, rows.Count - test - validation, rows.Count), MomentAt(rows, rows.Count - test, rows.Count));
    }

    /// <summary>
    /// The moment at a place of the first <paramref name="count"/> rows in the order of their moments: the largest before which there
    /// are no more than <paramref name="place"/>. Halves the numbers there are, by their bits, and goes on from moments that rows have.
    /// </summary>
    private static double MomentAt(ITimedRows rows, long place, long count)
    {
        if (place >= count)
        {
            return double.PositiveInfinity;
        }

        long low = OrderOf(rows.RankOf(double.NegativeInfinity).Next), high = OrderOf(rows.RankOf(double.PositiveInfinity).Previous);
        while (low < high)
        {
            long middle = low + (long)(((ulong)(high - low) + 1) / 2);
            MomentRank rank = rows.RankOf(NumberOf(middle));
            if (rank.Before <= place)
            {
                low = OrderOf(rank.Next);
            }
            else
            {
                high = OrderOf(rank.Previous);
            }
        }

        return NumberOf(low);
    }

    /// <summary>A whole number for each finite or infinite one, in the same order.</summary>
    private static long OrderOf(double number)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        return bits < 0 ? long.MinValue - bits : bits;
    }

    private static double NumberOf(long order) => BitConverter.Int64BitsToDouble(order < 0 ? long.MinValue - order : order);
}
