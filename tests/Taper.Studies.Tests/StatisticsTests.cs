using CsCheck;
using Taper.Studies.Statistics;

namespace Taper.Studies.Tests;

public sealed class StatisticsTests
{
    /// <summary>Values of the printed tables.</summary>
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(4, 2.7764)]
    [InlineData(5, 2.5706)]
    [InlineData(9, 2.2622)]
    [InlineData(10, 2.2281)]
    [InlineData(29, 2.0452)]
    [InlineData(30, 2.0423)]
    [InlineData(120, 1.9799)]
    public void T_is_that_of_the_tables(int freedom, double t) => Assert.Equal(t, StudentT.TwoSided(0.95, freedom), 4);

    [Fact]
    public void T_of_other_probabilities_is_that_of_the_tables()
    {
        Assert.Equal(1.0, StudentT.TwoSided(0.5, 1), 4);
        Assert.Equal(4.0321, StudentT.TwoSided(0.99, 5), 4);
    }

    [Fact]
    public void A_sample_is_summed_up() => Gen.Double[-10, 10].List[2, 20].Sample(figures =>
    {
        var sample = Sample.Of(figures);
        double mean = figures.Sum() / figures.Count;
        double square = 0; // over all pairs: the variance without the mean
        foreach (double one in figures)
        {
            square += figures.Sum(other => (one - other) * (one - other));
        }

        Assert.Equal(figures.Count, sample.Count);
        Assert.Equal(mean, sample.Mean, 9);
        Assert.Equal(Math.Sqrt(square / 2 / figures.Count / (figures.Count - 1)), sample.Deviation!.Value, 9);
    });

    [Fact]
    public void One_figure_has_no_deviation() => Assert.Equal(new Sample(1, 0.5, null), Sample.Of([0.5]));

    [Fact]
    public void A_difference_is_taken_by_seed()
    {
        // Differences .1, .2, .3: mean .2, deviation .1, t = 4.3027 at two degrees of freedom.
        PairedDifference difference = PairedDifference.Of(
            new Dictionary<long, double> { [1] = 0.6, [2] = 0.9, [3] = 0.5, [4] = 0.1 },
            new Dictionary<long, double> { [3] = 0.2, [2] = 0.7, [1] = 0.5, [9] = 0.4 })!;
        Assert.Equal((3, 0.2), (difference.Count, Math.Round(difference.Mean, 12)));
        Assert.Equal(4.30265 * 0.1 / Math.Sqrt(3), difference.Margin!.Value, 5);
        Assert.Equal(difference.Mean - difference.Margin, difference.Low);
        Assert.False(difference.IsShown);
    }

    [Fact]
    public void A_difference_that_leaves_0_out_is_shown()
    {
        Assert.True(new PairedDifference(3, 0.2, 0.1).IsShown);
        Assert.True(new PairedDifference(3, -0.2, 0.1).IsShown);
        Assert.False(new PairedDifference(1, 0.2, null).IsShown);
        Assert.Null(PairedDifference.Of(new Dictionary<long, double> { [1] = 1 }, new Dictionary<long, double> { [2] = 1 }));
    }
}
