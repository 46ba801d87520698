using System.Globalization;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>A numeric field: standardised as in training, 0 where it is missing or no number.</summary>
/// <param name="field">The field.</param>
/// <param name="place">Its place among the numeric fields.</param>
internal sealed class NumericColumn(FeatureField field, int place) : FieldColumn
{
    private float[] numbers = [];

    public override bool TrySet(ReadOnlySpan<byte> text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        float standardised = isNumber ? (float)((number - field.Mean) / field.StandardDeviation) : 0;
        if (!float.IsFinite(standardised))
        {
            return false;
        }

        SetStandardised(standardised);
        return true;
    }

    /// <summary>Sets the newest row's number, standardised already.</summary>
    public void SetStandardised(float number) => numbers[Count - 1] = number;

    public override void Feed(NetworkFeed feed, int first)
    {
        Span<float> destination = feed.Numeric[place..];
        for (int row = 0; row < feed.Rows; row++)
        {
            destination[row * feed.NumericWidth] = numbers[Count == 1 ? 0 : first + row];
        }
    }

    protected override void Forget()
    {
    }

    protected override void Start(int first, int end)
    {
        Grow(ref numbers, end);
        numbers.AsSpan(first, end - first).Clear();
    }
}
