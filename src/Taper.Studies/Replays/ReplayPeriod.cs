using System.Globalization;
using Taper.Configuration;
using Taper.Data;

namespace Taper.Studies.Replays;

/// <summary>A period that is trained on, and the one after it that tests. Immutable.</summary>
/// <param name="Name">Its first day.</param>
/// <param name="From">Its first moment, as the data's time column has it.</param>
/// <param name="To">The first moment of the next one.</param>
/// <param name="TestTo">The end of the next one.</param>
public sealed record ReplayPeriod(string Name, string From, string To, string TestTo)
{
    /// <summary>Some 1,900 years on either side of 1970, which .NET's dates reach.</summary>
    private const long MostSeconds = 60_000_000_000;

    /// <summary>How a date or a moment may be written; a moment without a zone is of UTC, as in the data.</summary>
    private static readonly string[] Formats =
        [.. new[] { "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss" }.SelectMany(format => new[] { format, $"{format}K" })];

    /// <summary>
    /// The periods between two moments, of which the last one only tests; a rest that is shorter than one is left out. Where
    /// <see cref="TimeSplit.TestFrom"/> is given, the first one lasts until then, however long: what a model has learned before its first day.
    /// </summary>
    /// <param name="time">Has <see cref="TimeSplit.From"/> and <see cref="TimeSplit.To"/>: dates, or seconds since 1970.</param>
    /// <param name="length">How long one is.</param>
    /// <exception cref="ConfigException">There are no such moments, or not two periods between them.</exception>
    public static IReadOnlyList<ReplayPeriod> Of(TimeSplit time, PeriodLength length)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (time.From is null || time.To is null)
        {
            throw new ConfigException("data.split.time: a replay needs from and to, the first moment of its first period and the end of its last.");
        }

        bool isSeconds = double.TryParse(time.From, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        Func<string, DateTime> momentOf = isSeconds ? OfSeconds : OfDate;
        Func<DateTime, string> textOf = isSeconds ? Seconds : Date;
        DateTime from = momentOf(time.From), to = momentOf(time.To);
        DateTime? firstTest = time.TestFrom is null ? null : momentOf(time.TestFrom);
        if (firstTest <= from)
        {
            throw new ConfigException($"data.split.time: test_from ({time.TestFrom}), the end of a replay's first period, is not after from ({time.From}).");
        }

        List<DateTime> bounds = firstTest is null ? [] : [from];
        DateTime start = firstTest ?? from;
        for (int periods = 0; After(start, length, periods) <= to; periods++)
        {
            bounds.Add(After(start, length, periods));
        }

        return bounds.Count > 2
            ? [.. Enumerable.Range(0, bounds.Count - 2).Select(i => new ReplayPeriod(
                bounds[i].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), textOf(bounds[i]), textOf(bounds[i + 1]), textOf(bounds[i + 2])))]
            : throw new ConfigException($"data.split.time: between from ({time.From}) and to ({time.To}) there are fewer than two periods of a {length.ToString().ToLowerInvariant()}.");
    }

    private static DateTime After(DateTime from, PeriodLength length, int periods) => length switch
    {
        PeriodLength.Day => from.AddDays(periods),
        PeriodLength.Week => from.AddDays(7 * periods),
        PeriodLength.Month => from.AddMonths(periods),
        _ => from.AddYears(periods),
    };

    private static DateTime OfSeconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) && Math.Abs(seconds) < MostSeconds
            ? DateTime.UnixEpoch.AddSeconds(seconds)
            : throw new ConfigException($"data.split.time: '{text}' is no whole number of seconds since 1970, as from is.");

    private static DateTime OfDate(string text) =>
        DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date)
            ? date
            : throw new ConfigException($"data.split.time: '{text}' is no date, such as 2026-01-31 or 2026-01-31 12:00:00.");

    private static string Seconds(DateTime moment) => ((long)(moment - DateTime.UnixEpoch).TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Date(DateTime moment) => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
