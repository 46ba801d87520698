namespace Taper.Data.Preparing;

/// <summary>
/// How often every value of a vocabulary occurred, by code: in this dataset, and before, faded, where it goes on from another. A value
/// is kept where its total is <c>min_count</c> or more, which is so for the total rounded down too: what is kept counts at least 1 for
/// all that reads whole numbers.
/// </summary>
internal sealed class ValueTotals
{
    private readonly long[] whole;
    private readonly double[]? exact;
    private readonly int[]? ages;

    /// <param name="codes">The values.</param>
    /// <param name="occurred">How often every code occurred in training; taken over.</param>
    /// <param name="earlier">What was known before; null where counts begin.</param>
    /// <param name="config">How values are forgotten.</param>
    public ValueTotals(ValueCodes codes, long[] occurred, EarlierValues? earlier, DataConfig config)
    {
        whole = occurred;
        ages = config.MaxAge is null ? null : new int[occurred.Length];
        exact = earlier is null || config.CountDecay is null ? null : new double[occurred.Length];
        for (int code = 0; earlier is not null && code < whole.Length; code++)
        {
            // A sketch is asked of what occurs alone: it cannot tell a value that came before from one that never did.
            double before = whole[code] > 0 ? earlier.EstimateOf(code, codes[code]) : earlier.CountOf(code);
            Add(code, before, earlier.AgeOf(code), config.MaxAge ?? int.MaxValue);
        }
    }

    /// <summary>The totals of all codes, rounded down; 0 for values that are forgotten.</summary>
    public ReadOnlySpan<long> Whole => whole;

    /// <summary>Whether totals may have fractions.</summary>
    public bool AreExact => exact is not null;

    /// <summary>Whether ages are kept.</summary>
    public bool HaveAges => ages is not null;

    /// <summary>The total of a code.</summary>
    public double this[int code] => exact is null ? whole[code] : exact[code];

    /// <summary>How many datasets ago a code's value was last seen in training: 0 for this one.</summary>
    public int AgeOf(int code) => ages is null ? 0 : ages[code];

    private void Add(int code, double before, int ageBefore, int maxAge)
    {
        int age = whole[code] > 0 ? 0 : ageBefore + 1;
        double total = age < maxAge ? before + whole[code] : 0;
        whole[code] = (long)total;
        if (exact is not null)
        {
            exact[code] = total;
        }

        if (ages is not null)
        {
            ages[code] = age;
        }
    }
}
