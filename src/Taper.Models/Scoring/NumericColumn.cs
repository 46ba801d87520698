using System.Globalization;
using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>A numeric field: standardised as in training, 0 where it is missing or no number.</summary>
internal sealed class NumericColumn(FeatureField field) : FieldColumn
{
    private readonly List<float> numbers = [];

    /// <summary>The number of a row.</summary>
    public float this[int row] => numbers[row];

    public override void Clear() => numbers.Clear();

    public override void StartRow() => numbers.Add(0);

    /// <exception cref="ScoringException">The number is beyond the range of a 32-bit float.</exception>
    public override void Set(ReadOnlySpan<byte> text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        float standardised = isNumber ? (float)((number - field.Mean) / field.StandardDeviation) : 0;
        numbers[^1] = float.IsFinite(standardised)
            ? standardised
            : throw new ScoringException($"Row {numbers.Count} of the batch: {number:R} is too large for the numeric field '{field.Name}'; correct it or leave it empty.");
    }

    /// <summary>Sets the newest row's number, standardised already.</summary>
    public void SetStandardised(float number) => numbers[^1] = number;
}
