using CsCheck;
using Taper.Configuration;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

/// <summary>The rules that give size classes by rank of frequency.</summary>
public sealed class RankRuleTests
{
    private static readonly Gen<(FrequencyGroups Groups, SizingConfig Config)> Problems =
        from counts in Gen.Long[0, 30].Array[1, 60].Array[1, 4]
        from method in Gen.Int[0, 1].Select(i => i == 0 ? "frequency_rule" : "deeprec")
        from classes in Gen.Int[2, 5]
        from budget in Gen.Double[0.1, 1]
        select (FrequencyGroups.Of(counts), new SizingConfig
        {
            Method = method,
            EmbeddingDim = 16,
            Budget = budget,
            FrequencyRule = new FrequencyRuleConfig { Classes = classes },
            Deeprec = new DeeprecConfig { Blocks = 4 },
        });

    [Fact]
    public void The_budget_is_kept_and_no_group_that_would_still_fit_is_left_below() => Problems.Sample(problem =>
    {
        (FrequencyGroups groups, SizingConfig config) = problem;
        long limit = (long)Math.Floor(config.Budget!.Value * groups.TableRows * 16);
        long shared = config.Method == "deeprec" ? 16L * groups.VocabularyCount : 0;
        if (shared > limit)
        {
            Assert.Throws<ConfigException>(() => Sizer.Create(config, groups));
            return;
        }

        using Sizer sizer = Sizer.Create(config, groups);
        long left = limit - shared - sizer.Parameters;
        Assert.True(left >= 0);
        byte[] sizes = [.. sizer.Sizes.ToArray().Distinct().Order()];
        for (int g = 0; g < groups.Count; g++)
        {
            byte wider = sizes.FirstOrDefault(size => size > sizer.Sizes[g]);
            Assert.True(wider == 0 || (long)groups.Rows[g] * (wider - sizer.Sizes[g]) > left);
        }
    });

    [Fact]
    public void Frequent_values_are_wider_than_rare_ones()
    {
        FrequencyGroups groups = FrequencyGroups.Of([[900, 90, 80, 70, 60, 50], [800, 1, 2, 3, 4, 5]]);
        SizingConfig config = new() { Method = "frequency_rule", EmbeddingDim = 16, Budget = 0.25 };
        using Sizer sizer = Sizer.Create(config, groups);

        // 48 parameters for 12 values: 2 for each of them, and 14 more for one; then 10 are left.
        Assert.Equal([16, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], SizesOfRows(sizer));
        using Sizer named = Sizer.Create(config with { FrequencyRule = new FrequencyRuleConfig { Classes = 3, Sizes = [16, 4, 1] } }, groups);
        Assert.Equal(16, named.Sizes[0]);
        Assert.Equal([1, 4, 16], named.Sizes.ToArray().Distinct().Order().Select(size => (int)size));
    }

    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.25, 4)]
    [InlineData(0.1, 4)]
    [InlineData(0.4, 8)]
    public void Deeprec_gives_blocks_to_the_ranks_of_its_formula(double budget, int blocks)
    {
        const int Values = 4000; // each with a count of its own
        FrequencyGroups groups = FrequencyGroups.Of([[.. Enumerable.Range(1, Values).Select(count => (long)count)]]);
        SizingConfig config = new() { Method = "deeprec", EmbeddingDim = 16, Budget = budget, Deeprec = new DeeprecConfig { Blocks = blocks } };
        using Sizer sizer = Sizer.Create(config, groups);
        double p = ExponentOf(budget, blocks);
        for (int i = 1; i <= blocks; i++)
        {
            double expected = (Math.Pow(p, blocks + 1 - i) - 1) / (Math.Pow(p, blocks + 1) - 1);
            double actual = sizer.Sizes.ToArray().Count(size => size >= i * 16 / blocks) / (double)Values;
            Assert.Equal(expected, actual, 2e-3);
        }

        // The model zoo's own search for p: the class of n + 1 - i blocks has the share p^i - p^(i-1) of p^(n+1) - 1.
        static double ExponentOf(double ratio, int blocks)
        {
            (double low, double high) = (1.0000001, 100000.0);
            for (int step = 0; step < 200; step++)
            {
                double p = (low + high) / 2, kept = 0;
                for (int i = 1; i <= blocks; i++)
                {
                    kept += (Math.Pow(p, i) - Math.Pow(p, i - 1)) / (Math.Pow(p, blocks + 1) - 1) * (blocks + 1 - i) / blocks;
                }

                (low, high) = kept > ratio ? (p, high) : (low, p);
            }

            return low;
        }
    }

    [Theory]
    [InlineData("frequency_rule", null, "set one")]
    [InlineData("deeprec", null, "set one")]
    [InlineData("mde", null, "set one")]
    [InlineData("frequency_rule", 0.05, "raise it above")]
    [InlineData("mde", 0.05, "raise it above")]
    public void A_budget_that_cannot_be_met_is_refused(string method, double? budget, string hint)
    {
        SizingConfig config = new() { Method = method, EmbeddingDim = 16, Budget = budget };
        ConfigException e = Assert.Throws<ConfigException>(() => Sizer.Create(config, FrequencyGroups.Of([[5, 4, 3], [2, 1]])));
        Assert.StartsWith("sizing.budget:", e.Message, StringComparison.Ordinal);
        Assert.Contains(hint, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 16, 4 }, 3)]
    [InlineData(new[] { 4, 16 }, 2)]
    [InlineData(new[] { 32, 4 }, 2)]
    public void Sizes_that_are_no_classes_are_refused(int[] sizes, int classes)
    {
        SizingConfig config = new() { Method = "frequency_rule", EmbeddingDim = 16, Budget = 0.5, FrequencyRule = new FrequencyRuleConfig { Classes = classes, Sizes = sizes } };
        Assert.Contains("sizing.frequency_rule.sizes", Assert.Throws<ConfigException>(() => Sizer.Create(config, FrequencyGroups.Of([[5, 4, 3]]))).Message, StringComparison.Ordinal);
    }

    private static int[] SizesOfRows(Sizer sizer)
    {
        byte[] sizes = sizer.Sizes.ToArray();
        return [.. sizer.Groups.GroupOfRow.ToArray().Select(group => (int)sizes[group])];
    }
}
