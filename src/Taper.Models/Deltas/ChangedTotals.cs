namespace Taper.Models.Deltas;

/// <summary>What a delta has to hold of a vocabulary.</summary>
/// <param name="New">Values that were not there before.</param>
/// <param name="Changed">Rows whose numbers it holds, new ones among them.</param>
/// <param name="Keeping">Those of them that keep something.</param>
/// <param name="Numbers">The kept numbers of them all.</param>
internal readonly record struct ChangedTotals(long New, long Changed, long Keeping, long Numbers)
{
    /// <summary>Adds a row.</summary>
    public ChangedTotals With(bool isNew, bool isChanged, int size) => new(
        New + (isNew ? 1 : 0), Changed + (isChanged ? 1 : 0), Keeping + (isChanged && size > 0 ? 1 : 0), Numbers + (isChanged ? size : 0));
}
