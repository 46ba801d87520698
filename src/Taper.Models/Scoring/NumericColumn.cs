using System.Globalization;
using System.Runtime.InteropServices;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>A numeric field: standardised as in training, 0 where it is missing or no number.</summary>
/// <param name="field">The field.</param>
/// <param name="place">Its place among the numeric fields.</param>
internal sealed class NumericColumn(FeatureField field, int place) : FieldColumn
{
    private readonly List<float> numbers = [];

    public override int Count => numbers.Count;

    public override void Clear() => numbers.Clear();

    public override void StartRow() => numbers.Add(0);

    public override bool TrySet(ReadOnlySpan<byte> text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        float standardised = isNumber ? (float)((number - field.Mean) / field.StandardDeviation) : 0;
        if (!float.IsFinite(standardised))
        {
            return false;
        }

        numbers[^1] = standardised;
        return true;
    }

    /// <summary>Sets the newest row's number, standardised already.</summary>
    public void SetStandardised(float number) => numbers[^1] = number;

    public override void Feed(NetworkFeed feed, int first)
    {
        ReadOnlySpan<float> source = CollectionsMarshal.AsSpan(numbers);
        Span<float> destination = feed.Numeric[place..];
        for (int row = 0; row < feed.Rows; row++)
        {
            destination[row * feed.NumericWidth] = source[Count == 1 ? 0 : first + row];
        }
    }
}
