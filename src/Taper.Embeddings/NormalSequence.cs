namespace Taper.Embeddings;

/// <summary>
/// Standard normal numbers, drawn by inverting the distribution function (P. J. Acklam's rational approximation,
/// relative error below 1.2e-9) at SplitMix64 numbers. Only additions, multiplications, divisions and square roots
/// take part, which IEEE 754 rounds alike everywhere, so the numbers are the same on every machine.
/// </summary>
internal struct NormalSequence(ulong seed, ulong stream)
{
    private const double Tail = 0.02425;
    private const double Ln2 = 0.693147180559945309417232121458;
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong state = Mix(seed + Golden) ^ Mix(stream * Golden);

    public double Next()
    {
        state += Golden;
        double uniform = ((Mix(state) >> 11) + 0.5) * (1.0 / (1UL << 53));
        return uniform < Tail ? LowerTail(uniform)
            : uniform > 1 - Tail ? -LowerTail(1 - uniform)
            : Centre(uniform - 0.5);
    }

    private static double Centre(double q)
    {
        double r = q * q;
        double numerator = (((((((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r)
            + 1.383577518672690e+02) * r) - 3.066479806614716e+01) * r) + 2.506628277459239e+00;
        double denominator = (((((((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r)
            + 6.680131188771972e+01) * r) - 1.328068155288572e+01) * r) + 1;
        return numerator * q / denominator;
    }

    private static double LowerTail(double p)
    {
        double q = Math.Sqrt(-2 * Log(p));
        double numerator = (((((((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838e+00) * q)
            - 2.549732539343734e+00) * q) + 4.374664141464968e+00) * q) + 2.938163982698783e+00;
        double denominator = (((((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996e+00) * q)
            + 3.754408661907416e+00) * q) + 1;
        return numerator / denominator;
    }

    /// <summary>The natural logarithm of a positive normal number, by the series of atanh; the runtime's may differ by machine.</summary>
    private static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int power = 29; power >= 1; power -= 2)
        {
            sum = (sum * square) + (1.0 / power);
        }

        return (exponent * Ln2) + (2 * s * sum);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
