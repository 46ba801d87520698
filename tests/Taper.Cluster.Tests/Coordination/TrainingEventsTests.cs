using Taper.Cluster.Coordination;
using Taper.Training.Metrics;
using Taper.Training.Runs;

namespace Taper.Cluster.Tests.Coordination;

public sealed class TrainingEventsTests
{
    [Fact]
    public void What_happened_is_told_once_and_in_its_order()
    {
        var events = new TrainingEvents();
        events.Message("first");
        events.EpochDone(Epoch(1, 0.5));
        (TrainingEvent[] all, string? step, ClusterView? cluster) = events.Since(0);
        Assert.Equal([false, true], all.Select(happened => happened.IsEpoch));
        Assert.Equal("first", all[0].Text);
        Assert.Equal(Epoch(1, 0.5), WireText.Read<EpochResult>(all[1].Text));
        Assert.Equal((null, null), (step, cluster));
        events.Message("third");
        Assert.Equal("third", Assert.Single(events.Since(2).Events).Text);
        Assert.Empty(events.Since(3).Events);
    }

    [Fact]
    public void The_newest_step_is_told()
    {
        var events = new TrainingEvents();
        events.StepDone(new TrainingStep(1, 3, 7, 8, 0.7, 100, 8, 1));
        var newest = new TrainingStep(1, 3, 8, 8, 0.6, double.PositiveInfinity, 8, 1);
        events.StepDone(newest);
        Assert.Equal(newest, WireText.Read<TrainingStep>(events.Since(0).Step!));
        Assert.Equal(2, events.Steps);
    }

    /// <summary>As of a split without positives, or with one label alone.</summary>
    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Metrics_that_are_no_numbers_are_told_too(double ratio)
    {
        var events = new TrainingEvents();
        events.EpochDone(Epoch(2, ratio));
        Assert.Equal(Epoch(2, ratio), WireText.Read<EpochResult>(events.Since(0).Events[0].Text));
    }

    private static EpochResult Epoch(int epoch, double ratio) => new(
        epoch,
        0.4,
        new PredictionMetrics { Examples = 3, Auc = 0.5, Logloss = 0.6, PredictedOverActual = ratio, CalibrationError = 0.1 },
        new EmbeddingSummary { Parameters = 4, FixedParameters = 8, Bytes = 16, MeanSize = 2 },
        true);
}
