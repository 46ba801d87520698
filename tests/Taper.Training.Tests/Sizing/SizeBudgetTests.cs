using CsCheck;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Sizing;

public sealed class SizeBudgetTests
{
    private static readonly Gen<(int[] Rows, float[] Scores, int Choices, double Share)> Problems =
        from choices in Gen.Int[2, 17]
        from rows in Gen.Int[1, 500].Array[1, 40]
        from scores in Gen.Float[-3, 3].Array[rows.Length * choices]
        from share in Gen.Double[0.1, 1]
        select (rows, scores, choices, share);

    [Fact]
    public void A_solved_budget_is_never_exceeded_where_it_can_be_met() => Problems.Sample(problem =>
    {
        var budget = new SizeBudget(problem.Rows, smallest: 1);
        long limit = (long)(problem.Share * budget.TotalRows * problem.Choices);
        byte[] sizes = new byte[problem.Rows.Length];
        double price = budget.Solve(problem.Scores, limit, sizes);
        Assert.True(budget.Parameters(sizes) <= Math.Max(limit, budget.TotalRows));

        budget.SpendRest(problem.Scores, price, limit, sizes);
        Assert.True(budget.Parameters(sizes) <= Math.Max(limit, budget.TotalRows));
        Assert.All(sizes, size => Assert.InRange(size, 1, problem.Choices));
    });

    [Fact]
    public void Spending_the_rest_leaves_no_group_that_would_still_fit() => Problems.Sample(problem =>
    {
        var budget = new SizeBudget(problem.Rows, smallest: 1);
        long limit = (long)(problem.Share * budget.TotalRows * problem.Choices);
        byte[] sizes = new byte[problem.Rows.Length];
        double price = budget.Solve(problem.Scores, limit, sizes);
        budget.SpendRest(problem.Scores, price, limit, sizes);
        long left = limit - budget.Parameters(sizes);
        for (int g = 0; g < sizes.Length && left >= 0; g++)
        {
            Assert.True(sizes[g] == problem.Choices || problem.Rows[g] > left);
        }
    });

    [Fact]
    public void Each_group_takes_its_best_size_and_the_smaller_of_equals() => Problems.Sample(problem =>
    {
        int groups = problem.Rows.Length;
        var budget = new SizeBudget(problem.Rows, smallest: 1);
        byte[] sizes = new byte[groups];
        budget.Choose(problem.Scores, 0.25, sizes);
        for (int g = 0; g < groups; g++)
        {
            double[] priced = [.. Enumerable.Range(0, problem.Choices).Select(s => (double)(problem.Scores[(s * groups) + g] - (float)(0.25 * s)))];
            Assert.Equal(Array.IndexOf(priced, priced.Max()) + 1, sizes[g]);
        }
    });

    [Fact]
    public void Total_size_falls_as_the_price_rises() => Problems.Sample(problem =>
    {
        var budget = new SizeBudget(problem.Rows, smallest: 0);
        byte[] sizes = new byte[problem.Rows.Length];
        long before = long.MaxValue;
        foreach (double price in new[] { -4.0, -1, -0.1, 0, 0.1, 1, 4 })
        {
            budget.Choose(problem.Scores, price, sizes);
            long total = budget.Parameters(sizes);
            Assert.True(total <= before);
            before = total;
        }
    });
}
