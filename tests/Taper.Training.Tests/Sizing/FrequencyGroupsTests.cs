using CsCheck;
using Taper.Data;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class FrequencyGroupsTests(TinyDataset data) : IClassFixture<TinyDataset>
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

    [Fact]
    public void Rows_in_any_order_have_the_group_of_their_vocabulary_and_count() =>
        Gen.Select(AnyCounts.Array[1, 4], Gen.Bool, Gen.Bool).Sample((vocabularies, isSorted, hasSteps) =>
        {
            if (isSorted)
            {
                vocabularies = [.. vocabularies.Select(counts => counts.OrderDescending().ToArray())];
            }

            if (hasSteps)
            {
                vocabularies = [.. vocabularies, [.. Enumerable.Range(0, 5000).Select(i => (long)i)]]; // too many to have a group each
            }

            (int, long)[] rows = [.. vocabularies.SelectMany((counts, v) => counts.Select(count => (v, hasSteps ? Step(count) : count)))];
            List<(int Vocabulary, long Step)> expected = [.. rows.Distinct().OrderBy(row => row.Item1).ThenByDescending(row => row.Item2)];
            int[] groups = [.. rows.Select(row => expected.IndexOf(row))];
            CheckRows(groups, FrequencyGroups.Of(vocabularies));
        });

    [Fact]
    public void Each_value_and_each_vocabulary_can_have_a_group() => AnyCounts.Array[1, 4].Sample(vocabularies =>
    {
        int[] vocabularyOfRow = [.. vocabularies.SelectMany((counts, v) => counts.Select(_ => v))];
        CheckRows([.. Enumerable.Range(0, vocabularyOfRow.Length)], FrequencyGroups.OfEachValue(vocabularies));
        CheckRows(vocabularyOfRow, FrequencyGroups.Of(vocabularies).ByVocabulary());
        CheckRows(vocabularyOfRow, FrequencyGroups.OfEachValue(vocabularies).ByVocabulary());
    });

    [Fact]
    public void There_is_no_row_behind_the_last()
    {
        var groups = FrequencyGroups.Of([[9, 5], [1]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => groups.GroupOf(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => groups.GroupOf(-1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_dataset_makes_hardly_more_runs_than_groups(bool goesOn)
    {
        using TinyDataset? next = goesOn ? data.Next() : null;
        Dataset dataset = (next ?? data).Dataset;
        IReadOnlyList<Vocabulary> vocabularies = dataset.Vocabularies;
        var groups = FrequencyGroups.Of(dataset);
        Assert.InRange(groups.Runs, groups.Count, groups.Count + (2 * vocabularies.Count)); // unknown and missing values come first
        var held = FrequencyGroups.Of([.. vocabularies.Select(vocabulary => vocabulary.ReadCounts())]);
        Assert.Equal(held.GroupOfRow.ToArray(), groups.GroupOfRow.ToArray());
        Assert.Equal(held.Counts.ToArray(), groups.Counts.ToArray());
        Assert.Equal(held.Ranks.ToArray(), groups.Ranks.ToArray());
    }

    [Fact]
    public void Counts_that_come_in_pieces_make_the_same_runs() =>
        Gen.Select(Gen.Long[0, 3].Array[0, 40], Gen.Int[1, 10]).Sample((counts, size) =>
        {
            var runs = new CountRuns();
            foreach (long[] piece in counts.Chunk(size))
            {
                runs.Add(piece);
            }

            Assert.Equal(counts, runs.Runs.SelectMany(run => Enumerable.Repeat(run.Count, run.Rows)));
            Assert.Equal(counts.Length, runs.Rows);
            Assert.All(runs.Runs.Zip(runs.Runs.Skip(1)), pair => Assert.NotEqual(pair.First.Count, pair.Second.Count));
        });

    private static Gen<long[]> AnyCounts => Gen.OneOf(Gen.Long[0, 3].Array[1, 40], Gen.Long[0, 1_000_000].Array[1, 40]);

    /// <summary>The count itself to 20, then a step for each 5%.</summary>
    private static long Step(long count) => count <= 20 ? count : 21 + (long)(Math.Log(count / 21.0) / Math.Log(1.05));

    /// <summary>Against the group of each row, by search, all at once, and of every third row.</summary>
    private static void CheckRows(int[] expected, FrequencyGroups groups)
    {
        Assert.Equal(expected.Length, groups.TableRows);
        int[] third = new int[(expected.Length + 1) / 3];
        groups.CopyTo(1, 3, third);
        Assert.Equal(expected.Skip(1).Where((_, i) => i % 3 == 0), third);
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(groups.GroupOf));
        Assert.Equal(expected, groups.GroupOfRow.ToArray());
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(groups.GroupOf));
    }
}
