using System.Globalization;
using Taper.Configuration;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>The moments that bound a split by time, as numbers: those of the column, or seconds since 1970.</summary>
internal sealed class TimeBounds
{
    private readonly TimeSplit time;
    private readonly (string Key, string Text)[] given;
    private readonly double? from;
    private readonly double? to;

    /// <exception cref="ConfigException">One is no time, or they do not ascend.</exception>
    public TimeBounds(TimeSplit time, Database database)
    {
        this.time = time;
        given = [.. new[] { ("from", time.From), ("test_from", time.TestFrom), ("to", time.To) }
            .Where(bound => bound.Item2 is not null).Select(bound => (bound.Item1, bound.Item2!))];
        AreNumbers = given.Length == 0 ? null : database.Scalar($"SELECT {Sql.Number(Sql.Text(given[0].Text))}", "data.split.time") is not null;
        double?[] moments = [.. given.Select(bound => (double?)database.Scalar($"SELECT {Moment(Sql.Text(bound.Text))}", "data.split.time"))];
        for (int i = 0; i < given.Length; i++)
        {
            if (moments[i] is null)
            {
                throw new ConfigException(
                    $"data.split.time.{given[i].Key}: '{given[i].Text}' is no {(AreNumbers == true ? "number, as the others are" : "time, such as 2026-01-31 12:00:00")}.");
            }

            if (i > 0 && moments[i] <= moments[i - 1])
            {
                throw new ConfigException($"data.split.time: {given[i].Key} ({given[i].Text}) is not after {given[i - 1].Key} ({given[i - 1].Text}).");
            }
        }

        double? At(string key) => Array.FindIndex(given, bound => bound.Key == key) is >= 0 and int i ? moments[i] : null;
        (from, TestFrom, to) = (At("from"), At("test_from"), At("to"));
    }

    /// <summary>Whether they are numbers, not dates; null where none is given.</summary>
    public bool? AreNumbers { get; }

    /// <summary>The first moment that tests; null where a share says so.</summary>
    public double? TestFrom { get; }

    /// <summary>Which rows are kept while they are loaded, as SQL; null where all are. A row without a time is, to be refused.</summary>
    public string? Kept
    {
        get
        {
            string moment = Moment(Sql.Name(time.Column));
            string[] conditions = [.. new[]
            {
                from is double first ? $"{moment} >= {Literal(first)}" : null,
                to is double end ? $"{moment} < {Literal(end)}" : null,
            }.OfType<string>()];
            return conditions.Length == 0 ? null : $"{moment} IS NULL OR ({string.Join(" AND ", conditions)})";
        }
    }

    /// <summary>Refuses bounds that are of another kind than all rows of the column: dates where it holds numbers, or numbers where it holds dates.</summary>
    /// <exception cref="ConfigException">They are.</exception>
    public void RefuseAnotherKind(TimeKinds held, Database database)
    {
        if (AreNumbers is not bool areNumbers || (areNumbers ? held.Numbers : held.Dates) > 0 || (areNumbers ? held.Date : held.Number) is not string shown)
        {
            return;
        }

        string text = Sql.Text(given[0].Text);
        string bound = $"data.split.time: {time.Column} holds {(areNumbers ? "dates" : "numbers")} such as {shown}, but {given[0].Key} is '{given[0].Text}'";
        object? other = database.Scalar(
            areNumbers ? $"SELECT TRY(strftime(make_timestamp(CAST({Sql.Number(text)} * 1000000 AS BIGINT)), '%Y-%m-%d %H:%M:%S'))" : $"SELECT {Sql.Seconds(text)}",
            "data.split.time");
        throw new ConfigException(areNumbers
            ? $"{bound}; write it as a date, such as {other ?? "2026-01-31 12:00:00"}."
            : string.Create(CultureInfo.InvariantCulture, $"{bound}; write it as a number, which is {other} if they are seconds since 1970."));
    }

    /// <summary>A moment as a literal of SQL.</summary>
    public static string Literal(double moment) => $"'{moment.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE";

    private string Moment(string text) => AreNumbers == true ? Sql.Number(text) : Sql.Seconds(text);
}
