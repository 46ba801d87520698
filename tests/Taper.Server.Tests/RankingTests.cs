using CsCheck;
using Taper.Server.Scoring;

namespace Taper.Server.Tests;

/// <summary>The best are those that sorting everything gives.</summary>
public sealed class RankingTests
{
    [Fact]
    public void The_best_are_those_of_a_stable_sort() => Gen.Select(Gen.Int[0, 9].Array[0, 40], Gen.Int[1, 50]).Sample((scores, top) =>
        Assert.Equal(
            Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(top),
            Ranking.Best([.. scores.Select(score => score / 10f)], top)));
}
