namespace Taper.Models.Tests;

public sealed class SizeSummaryTests
{
    [Fact]
    public void Values_are_summed_up_by_descending_frequency()
    {
        long[] counts = [.. Enumerable.Range(0, 20).Select(i => (long)i)];
        byte[] sizes = [.. counts.Select(count => (byte)(count / 2))];
        SizeSummary summary = SizeSummary.Of(counts, sizes);
        Assert.Equal(20, summary.Values);
        Assert.Equal(90, summary.Parameters);
        Assert.Equal(Enumerable.Repeat(2, 10), summary.Histogram);
        Assert.Equal(10, summary.ByFrequency.Count);
        Assert.Equal(new FrequencyDecile(1, 2, 18, 19, 9), summary.ByFrequency[0]);
        Assert.Equal(new FrequencyDecile(10, 2, 0, 1, 0), summary.ByFrequency[^1]);
    }

    [Fact]
    public void Few_values_make_fewer_classes() =>
        Assert.Equal([1, 1, 1], SizeSummary.Of([3, 2, 1], [4, 4, 2]).ByFrequency.Select(decile => decile.Values));
}
