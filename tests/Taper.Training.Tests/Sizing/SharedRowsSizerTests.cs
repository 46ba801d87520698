using CsCheck;
using Taper.Configuration;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class SharedRowsSizerTests
{
    private static readonly Gen<(int[] Rows, double Budget, string Method)> Problems = Gen.Select(
        Gen.Int[1, 900].Array[1, 5], Gen.Double[0.02, 1], Gen.Int[0, 1].Select(i => i == 0 ? "hashing" : "quotient_remainder"));

    [Fact]
    public void Stored_rows_meet_the_budget_and_use_it() => Problems.Sample(problem =>
    {
        (int[] rows, double budget, string method) = problem;
        long limit = (long)Math.Floor(budget * rows.Sum() * 8) / 8;
        bool hashes = method == "hashing";
        long least = rows.Sum(n => n <= 50 ? n : hashes ? 1 : Enumerable.Range(1, n).Min(m => m + ((n + m - 1) / m)));
        if (limit < least + (hashes ? 0 : 2L * rows.Length)) // ⌊√n⌋ remainders may be a row or two from the best
        {
            return;
        }

        using Sizer sizer = Sizer.Create(Config(method, budget), Groups(rows));
        RowSharing sharing = sizer.Sharing!;
        Assert.Equal(8L * sharing.StoredRows, sizer.Parameters);
        Assert.InRange(sharing.StoredRows, 1, limit);
        Assert.Equal(rows.Sum(), sharing.Values);
        Assert.All(First(sharing), row => Assert.InRange(row, 0, sharing.StoredRows - 1));
        Assert.All(Second(sharing), row => Assert.InRange(row, -1, sharing.StoredRows - 1));
        bool shares = rows.Any(n => n > 50) && budget < 1;
        Assert.True(!shares || sharing.StoredRows >= limit - (hashes ? rows.Length : rows.Sum(n => 2 * Math.Sqrt(n))));
    });

    [Fact]
    public void Values_of_a_small_vocabulary_share_nothing_and_vocabularies_never_meet() => Problems.Sample(problem =>
    {
        (int[] rows, double budget, string method) = problem;
        if (budget < 0.6 || rows.Sum(n => n <= 50 ? n : n / 2) > budget * rows.Sum())
        {
            return;
        }

        FrequencyGroups groups = Groups(rows);
        using Sizer sizer = Sizer.Create(Config(method, budget), groups);
        RowSharing sharing = sizer.Sharing!;
        int first = 0;
        HashSet<int> before = [];
        foreach (int n in rows)
        {
            int[] own = [.. First(sharing)[first..(first + n)], .. Second(sharing)[first..(first + n)].Where(row => row >= 0)];
            Assert.True(n > 50 || own.Distinct().Count() == n);
            Assert.DoesNotContain(own, before.Contains);
            before.UnionWith(own);
            first += n;
        }
    });

    [Fact]
    public void Quotient_and_remainder_tell_every_value_apart()
    {
        using Sizer sizer = Sizer.Create(Config("quotient_remainder", 0.25), Groups([1000]));
        RowSharing sharing = sizer.Sharing!;
        int m = First(sharing).Max() + 1;
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal((i % m, m + (i / m)), (sharing.FirstOf(i), sharing.SecondOf(i)));
        }

        Assert.Equal(1000, First(sharing).Zip(Second(sharing)).Distinct().Count());
    }

    [Fact]
    public void Hashing_spreads_values_over_all_rows()
    {
        using Sizer sizer = Sizer.Create(Config("hashing", 0.1), Groups([10_000]));
        int[] taken = [.. First(sizer.Sharing!).CountBy(row => row).Select(row => row.Value)];
        Assert.InRange(taken.Length, 990, 1000);
        Assert.InRange(taken.Sum(count => (count - 10.0) * (count - 10.0) / 10), 800, 1200); // χ² of 999 degrees of freedom
    }

    [Theory]
    [InlineData("hashing")]
    [InlineData("quotient_remainder")]
    public void A_budget_that_cannot_be_met_is_refused(string method)
    {
        ConfigException e = Assert.Throws<ConfigException>(() => Sizer.Create(Config(method, 0.1), Groups([40, 60])));
        Assert.Contains($"sizing.{method}.threshold", e.Message, StringComparison.Ordinal);
    }

    private static SizingConfig Config(string method, double budget) => new()
    {
        Method = method,
        EmbeddingDim = 8,
        Budget = budget,
        Hashing = new HashingConfig { Threshold = 50 },
        QuotientRemainder = new QuotientRemainderConfig { Threshold = 50 },
    };

    private static int[] First(RowSharing sharing) => [.. Enumerable.Range(0, sharing.Values).Select(sharing.FirstOf)];

    private static int[] Second(RowSharing sharing) => [.. Enumerable.Range(0, sharing.Values).Select(sharing.SecondOf)];

    private static FrequencyGroups Groups(int[] rows) => FrequencyGroups.Of([.. rows.Select(n => new long[n])]);
}
