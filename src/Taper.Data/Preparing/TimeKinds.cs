namespace Taper.Data.Preparing;

/// <summary>What the column of a split by time holds.</summary>
/// <param name="Numbers">Rows whose time is a number.</param>
/// <param name="Dates">Rows whose time is a date.</param>
/// <param name="Number">One of the numbers, as written; null where there is none.</param>
/// <param name="Date">One of the dates, as written; null where there is none.</param>
internal sealed record TimeKinds(long Numbers, long Dates, string? Number, string? Date)
{
    public static TimeKinds operator +(TimeKinds one, TimeKinds other) =>
        new(one.Numbers + other.Numbers, one.Dates + other.Dates, one.Number ?? other.Number, one.Date ?? other.Date);
}
