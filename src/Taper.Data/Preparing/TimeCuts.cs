using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Where a split by time cuts.</summary>
/// <param name="AreNumbers">Whether times are numbers, not dates.</param>
/// <param name="FirstValidation">The first moment that validates; infinite where none does.</param>
/// <param name="FirstTest">The first moment that tests; infinite where none does.</param>
internal sealed record TimeCuts(bool AreNumbers, double FirstValidation, double FirstTest)
{
    /// <summary>The moment of a row as SQL, NULL where it has none.</summary>
    public static string Moment(string column, bool areNumbers) => areNumbers ? Sql.Number(Sql.Name(column)) : Sql.Seconds(Sql.Name(column));

    /// <summary>The split of a row as SQL.</summary>
    public string SplitOf(string column)
    {
        string moment = Moment(column, AreNumbers);
        return $"CASE WHEN {moment} >= {TimeBounds.Literal(FirstTest)} THEN 2 WHEN {moment} >= {TimeBounds.Literal(FirstValidation)} THEN 1 ELSE 0 END";
    }
}
