namespace Taper.Models.Compact;

/// <summary>Where the rows of a compact table are mapped.</summary>
/// <param name="values">The kept numbers of all rows, back to back.</param>
/// <param name="scales">What the integers of each dimension are multiplied with; null at other precisions.</param>
/// <param name="defaultRow">D numbers for rows of size 0; null where those are 0 or there are none.</param>
/// <param name="kept">⌈D / 8⌉ bytes a row, those of rows that keep something, that say which elements its numbers are; null where they are the first.</param>
internal readonly unsafe struct RowMemory(byte* values, float* scales, float* defaultRow, byte* kept)
{
    public readonly byte* Values = values;
    public readonly float* Scales = scales;
    public readonly float* DefaultRow = defaultRow;
    public readonly byte* Kept = kept;
}
