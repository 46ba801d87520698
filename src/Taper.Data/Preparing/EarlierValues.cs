using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>What an earlier dataset knew of the values of a vocabulary, by the codes they have in the later one; its counts have faded.</summary>
internal sealed class EarlierValues
{
    private double[] counts;
    private int[] ages = [];

    /// <param name="room">How many values to expect.</param>
    public EarlierValues(int room) => counts = new double[room];

    /// <summary>How often values were unknown.</summary>
    public double Unknown { get; init; }

    /// <summary>How many examples had no value.</summary>
    public double Missing { get; init; }

    /// <summary>Knows of values that have no count here, where a sketch was kept; faded too.</summary>
    public CountSketch? Sketch { get; init; }

    /// <summary>Takes note of a value.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="count">Its count, faded.</param>
    /// <param name="age">How many datasets before the earlier one it was last seen.</param>
    public void Add(int code, double count, int age)
    {
        Reach(ref counts, code);
        counts[code] = count;
        if (age > 0)
        {
            Reach(ref ages, code);
            ages[code] = age;
        }
    }

    /// <summary>The count of a code; 0 where the value was not known.</summary>
    public double CountOf(int code) => code < counts.Length ? counts[code] : 0;

    /// <summary>The count of a code, for a value that is not known what a sketch says of it.</summary>
    /// <param name="code">The code.</param>
    /// <param name="text">Its value.</param>
    public double EstimateOf(int code, in DuckText text) =>
        CountOf(code) is > 0 and double count ? count : Sketch?.Estimate(FeatureKey.Hash(text.Utf8)) ?? 0;

    /// <summary>The age of a code; 0 where the value was not known.</summary>
    public int AgeOf(int code) => code < ages.Length ? ages[code] : 0;

    private static void Reach<T>(ref T[] numbers, int code)
    {
        if (code >= numbers.Length)
        {
            Array.Resize(ref numbers, (int)Math.Min(Array.MaxLength, Math.Max(code + 1L, numbers.Length * 2L)));
        }
    }
}
