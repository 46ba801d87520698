namespace Taper.Data.Preparing;

/// <summary>Counts what a field holds, by split.</summary>
internal sealed class OccurrenceCounter
{
    private readonly long[] occurrences = new long[SplitNames.All.Count];
    private readonly long[] unknown = new long[SplitNames.All.Count];
    private readonly long[] missing = new long[SplitNames.All.Count];

    public void Add(int split, int id)
    {
        occurrences[split] += id == Vocabulary.Missing ? 0 : 1;
        unknown[split] += id == Vocabulary.Unknown ? 1 : 0;
        missing[split] += id == Vocabulary.Missing ? 1 : 0;
    }

    public FieldOccurrences[] For(IEnumerable<string> splits) =>
        [.. splits.Select(split => (Name: split, Number: SplitFiles<byte>.Number(split)))
            .Select(split => new FieldOccurrences(split.Name, occurrences[split.Number], unknown[split.Number], missing[split.Number]))];
}
