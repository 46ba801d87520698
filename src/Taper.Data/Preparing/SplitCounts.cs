namespace Taper.Data.Preparing;

/// <summary>The rows of each split, negatives and positives, in the order of <see cref="SplitNames.All"/>.</summary>
/// <param name="Negatives">Rows whose label is 0.</param>
/// <param name="Positives">Rows whose label is 1.</param>
internal sealed record SplitCounts(IReadOnlyList<long> Negatives, IReadOnlyList<long> Positives)
{
    /// <summary>No rows.</summary>
    public static SplitCounts None { get; } = new(new long[SplitNames.All.Count], new long[SplitNames.All.Count]);

    /// <summary>With further rows of one split and label.</summary>
    public SplitCounts With(long split, bool isPositive, long rows) => isPositive
        ? this with { Positives = [.. Positives.Select((count, number) => count + (number == split ? rows : 0))] }
        : this with { Negatives = [.. Negatives.Select((count, number) => count + (number == split ? rows : 0))] };

    public static SplitCounts operator +(SplitCounts one, SplitCounts other) => new(
        [.. one.Negatives.Zip(other.Negatives, (a, b) => a + b)], [.. one.Positives.Zip(other.Positives, (a, b) => a + b)]);
}
