using CsCheck;
using Taper.Training.Metrics;

namespace Taper.Training.Tests.Metrics;

public sealed class RankingQualityTests
{
    private static readonly Gen<(int Score, byte Label)[]> Examples =
        Gen.Select(Gen.Int[0, 12], Gen.Byte[0, 1]).Array[2, 60];

    [Fact]
    public void Auc_equals_the_share_of_pairs_ranked_right() => Examples.Sample(examples =>
    {
        float[] scores = [.. examples.Select(e => e.Score / 7f)];
        byte[] labels = [.. examples.Select(e => e.Label)];
        double pairs = 0, wins = 0;
        for (int p = 0; p < labels.Length; p++)
        {
            for (int n = 0; n < labels.Length; n++)
            {
                if (labels[p] == 1 && labels[n] == 0)
                {
                    pairs++;
                    wins += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0;
                }
            }
        }

        double auc = RankingQuality.Auc(scores, labels);
        Assert.True(pairs == 0 ? double.IsNaN(auc) : Math.Abs((wins / pairs) - auc) < 1e-12);
    });

    [Fact]
    public void Auc_of_a_constant_score_is_one_half() =>
        Assert.Equal(0.5, RankingQuality.Auc([0.3f, 0.3f, 0.3f], [1, 0, 0]));

    [Fact]
    public void Auc_refuses_a_score_that_is_not_a_number() =>
        Assert.Throws<ArgumentException>(() => RankingQuality.Auc([float.NaN, 1f], [0, 1]));

    [Fact]
    public void Grouped_auc_weighs_groups_by_their_examples_and_leaves_out_those_of_one_class()
    {
        float[] scores = [0.1f, 0.9f, 0.8f, 0.2f, 0.5f, 0.7f];
        byte[] labels = [0, 1, 0, 1, 1, 1];
        int[] groups = [7, 7, 8, 8, 9, 9];
        Assert.Equal(0.5, RankingQuality.GroupedAuc(scores, labels, groups));
    }

    [Fact]
    public void Logloss_and_calibration_follow_their_definitions()
    {
        PredictionMetrics metrics = PredictionMetrics.Of([0.8f, 0.4f], [1, 0], []);
        Assert.Equal(-(Math.Log(0.8) + Math.Log(0.6)) / 2, metrics.Logloss, 6);
        Assert.Equal(1.2, metrics.PredictedOverActual, 6);
        Assert.Equal(0.3, metrics.CalibrationError, 6);
        Assert.Null(metrics.Gauc);
    }
}
