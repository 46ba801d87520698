namespace Taper.Data.Preparing;

/// <summary>A vocabulary whose values were counted.</summary>
/// <param name="Plan">The vocabulary.</param>
/// <param name="Totals">How often its values occurred.</param>
/// <param name="Ranked">Those that it keeps.</param>
/// <param name="Earlier">What was known of them before; null where counts begin.</param>
internal sealed record CountedVocabulary(VocabularyPlan Plan, ValueTotals Totals, RankedValues Ranked, EarlierValues? Earlier)
{
    /// <summary>How the dataset's manifest names it.</summary>
    public VocabularyEntry Entry => new(Plan.Name, Ranked.Size, Plan.File);

    /// <summary>The codes of the values that have a count and are not kept.</summary>
    public IEnumerable<int> Waiting => Enumerable.Range(0, Totals.Whole.Length).Where(code => Totals[code] > 0 && Ranked.Ids[code] == Vocabulary.Unknown);
}
