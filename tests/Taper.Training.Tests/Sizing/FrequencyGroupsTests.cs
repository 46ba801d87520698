using CsCheck;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class FrequencyGroupsTests
{
    [Fact]
    public void Rows_share_a_group_exactly_when_vocabulary_and_count_are_the_same() =>
        Gen.Long[0, 5].Array[1, 20].Array[1, 4].Sample(vocabularies =>
        {
            var groups = FrequencyGroups.Of(vocabularies);
            var expected = vocabularies.SelectMany((counts, v) => counts.Select(c => (v, c))).ToList();
            for (int row = 0; row < expected.Count; row++)
            {
                int group = groups.GroupOfRow[row];
                Assert.Equal(expected[row], (groups.Vocabularies[group], groups.Counts[group]));
                Assert.Equal(expected.Count(e => e == expected[row]), groups.Rows[group]);
            }

            Assert.Equal(expected.Distinct().Count(), groups.Count);
        });

    [Fact]
    public void Large_counts_share_a_group_with_those_less_than_5_percent_away() =>
        Gen.Long[0, 1_000_000_000].Array[1, 200].Sample(counts =>
        {
            long[] many = [.. Enumerable.Range(0, 5000).Select(i => (long)i)]; // too many to have a group each
            var groups = FrequencyGroups.Of([counts, many]);
            Assert.InRange(groups.Count, 1, 1000);
            for (int a = 0; a < counts.Length; a++)
            {
                for (int b = 0; b < counts.Length; b++)
                {
                    double ratio = (double)Math.Max(counts[a], counts[b]) / Math.Max(1, Math.Min(counts[a], counts[b]));
                    bool together = groups.GroupOfRow[a] == groups.GroupOfRow[b];
                    Assert.True(together ? ratio <= 1.05 * (1 + 1e-9) : counts[a] != counts[b]);
                    Assert.True(counts[a] < counts[b] ? groups.GroupOfRow[a] >= groups.GroupOfRow[b] : true);
                }
            }
        });

    [Fact]
    public void Ranks_fall_with_the_count_within_a_vocabulary()
    {
        var groups = FrequencyGroups.Of([[9, 5, 5, 1]]);
        Assert.Equal([9L, 5L, 1L], groups.Counts.ToArray());
        Assert.Equal([0.875f, 0.5f, 0.125f], groups.Ranks.ToArray());
    }
}
