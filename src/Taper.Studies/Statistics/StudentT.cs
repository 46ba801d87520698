namespace Taper.Studies.Statistics;

/// <summary>Student's t distribution with a whole number of degrees of freedom.</summary>
internal static class StudentT
{
    private const int Halvings = 100;

    /// <summary>t such that a value lies within ±t with this probability.</summary>
    /// <param name="probability">Above 0 and below 1, as in 0.95.</param>
    /// <param name="freedom">Degrees of freedom, 1 or more.</param>
    public static double TwoSided(double probability, int freedom)
    {
        double low = 0, high = 1;
        while (Within(high, freedom) < probability)
        {
            high *= 2;
        }

        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Within(middle, freedom) < probability ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>Probability of −t to t, a finite sum for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).</summary>
    private static double Within(double t, int freedom)
    {
        double angle = Math.Atan(t / Math.Sqrt(freedom)), sine = Math.Sin(angle), cosine = Math.Cos(angle);
        bool odd = freedom % 2 == 1;
        double term = odd ? cosine : 1, sum = freedom == 1 ? 0 : term;
        for (int k = odd ? 3 : 2; k < freedom; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }

        return odd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
