using Taper.Data;

namespace Taper.Training.Tapering;

/// <summary>One value in one example.</summary>
/// <param name="Example">Index in the batch.</param>
/// <param name="Row">Its table row.</param>
/// <param name="Values">How many values the field has in this example.</param>
internal readonly record struct Occurrence(int Example, int Row, int Values);

/// <summary>The occurrences of values in one field of a batch, in order.</summary>
internal ref struct Occurrences(Batch batch, int field)
{
    private readonly ReadOnlySpan<int> _rows = batch.Rows(field);
    private readonly ReadOnlySpan<int> _offsets = batch.Offsets(field);
    private int _at = -1;
    private int _example;

    /// <summary>The occurrence at hand.</summary>
    public readonly Occurrence Current => _offsets.IsEmpty
        ? new Occurrence(_at, _rows[_at], 1)
        : new Occurrence(_example, _rows[_at], _offsets[_example + 1] - _offsets[_example]);

    /// <summary>For foreach.</summary>
    public readonly Occurrences GetEnumerator() => this;

    /// <summary>Goes on to the next one; false where there is none.</summary>
    public bool MoveNext()
    {
        if (++_at >= _rows.Length)
        {
            return false;
        }

        while (!_offsets.IsEmpty && _at >= _offsets[_example + 1])
        {
            _example++;
        }

        return true;
    }
}
