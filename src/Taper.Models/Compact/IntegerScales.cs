namespace Taper.Models.Compact;

/// <summary>
/// What the 8-bit integers of each dimension of a vocabulary are multiplied with: s = max |e| / 127 over all rows, so that
/// q = round(e / s) is off by s / 2 at most. A scale for each dimension costs a row nothing, and reading it no other line of memory.
/// </summary>
internal sealed class IntegerScales(int dimension)
{
    private const float LargestInteger = 127f;

    private readonly float[] scales = new float[dimension];

    /// <summary>D scales; 0 where all numbers are.</summary>
    public ReadOnlySpan<float> Scales => scales;

    /// <summary>Widens the scales to the numbers of a row, D of them.</summary>
    public void Cover(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = Math.Max(scales[i], Math.Abs(row[i]) / LargestInteger);
        }
    }

    /// <summary>Rounds the numbers of a row that was covered, D of them.</summary>
    public void Round(ReadOnlySpan<float> row, Span<sbyte> integers)
    {
        for (int i = 0; i < scales.Length; i++)
        {
            integers[i] = scales[i] == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(row[i] / scales[i]), -LargestInteger, LargestInteger);
        }
    }
}
