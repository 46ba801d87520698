using System.Globalization;

namespace Taper.Embeddings.Features;

/// <summary>
/// The logarithmic bucket of a number: sign(x) · ⌊2 · log2(1 + |x|)⌋. Two buckets per doubling, 0 for numbers
/// close to 0. The bucket's number, as text, is the feature value of a bucketed field.
/// </summary>
public static class LogBucket
{
    /// <summary>The number of the bucket <paramref name="value"/> falls in, in [-2048, 2048].</summary>
    /// <returns>False when the number is not finite: it counts as missing.</returns>
    public static bool TryNumberOf(double value, out int number)
    {
        number = 0;
        if (!double.IsFinite(value))
        {
            return false;
        }

        number = Math.Sign(value) * (int)Math.Floor(2 * Math.Log2(1 + Math.Abs(value)));
        return true;
    }

    /// <summary>The bucket as a feature value: its number as text, or empty (missing) when it is not finite.</summary>
    public static string Of(double value) =>
        TryNumberOf(value, out int number) ? number.ToString(CultureInfo.InvariantCulture) : "";

    /// <summary>
    /// The bucket of a number given as raw text (a decimal point, an exponent and surrounding blanks are allowed);
    /// empty (missing) when the text is no finite number.
    /// </summary>
    public static string OfText(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? Of(value) : "";
}
