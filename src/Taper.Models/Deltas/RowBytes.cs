namespace Taper.Models.Deltas;

/// <summary>A row as it is stored.</summary>
/// <param name="key">The hash of its value; 0 for unknown and missing values.</param>
/// <param name="numbers">The kept numbers, packed.</param>
/// <param name="mask">Which elements they are, in the masked layout, where it keeps some; else empty.</param>
/// <param name="weight">The first-order weight, where there is one; else empty.</param>
internal readonly ref struct RowBytes(ulong key, ReadOnlySpan<byte> numbers, ReadOnlySpan<byte> mask, ReadOnlySpan<float> weight)
{
    public readonly ulong Key = key;
    public readonly ReadOnlySpan<byte> Numbers = numbers;
    public readonly ReadOnlySpan<byte> Mask = mask;
    public readonly ReadOnlySpan<float> Weight = weight;
}
