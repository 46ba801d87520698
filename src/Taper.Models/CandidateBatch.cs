using Taper.Embeddings.Features;
using Taper.Models.Scoring;

namespace Taper.Models;

/// <summary>
/// Rows that share some of their fields: one user, or one context, and the candidates to be ranked, made by
/// <see cref="Scorer.CreateCandidates"/>. What is shared is found and read once. Every batch decides anew which fields
/// are shared: those that <see cref="SetShared(int, ReadOnlySpan{byte})"/> sets. A field that neither the shared part
/// nor a candidate sets is missing. Not thread-safe: one batch for each thread; it is used again after
/// <see cref="Clear"/>.
/// </summary>
public sealed class CandidateBatch
{
    private readonly FieldColumns shared;
    private readonly FieldColumns own;
    private readonly FieldColumn[] scored;
    private readonly bool[] isShared;

    internal CandidateBatch(IReadOnlyList<FeatureField> fields, Func<FeatureField, IRowTable> tableOf)
    {
        shared = new FieldColumns(fields, tableOf);
        own = new FieldColumns(fields, tableOf);
        scored = new FieldColumn[Fields.Count];
        isShared = new bool[Fields.Count];
        Clear();
    }

    /// <summary>The fields, in the order of the field numbers.</summary>
    public IReadOnlyList<FeatureField> Fields => shared.Fields;

    /// <summary>The number of candidates.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets the shared values and all candidates, and keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Clear(isShared);
        own.Clear();
        shared.Clear();
        shared.StartRows(1);
    }

    /// <summary>Sets a field of all candidates, those that are already there and those to come.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="utf8">The raw text; empty is missing. Lists are split at the field's separator, numbers parsed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="ScoringException">A candidate has set the field, or a number is beyond the range of a 32-bit float.</exception>
    public void SetShared(int field, ReadOnlySpan<byte> utf8)
    {
        if (own[field].Count > 0)
        {
            throw SetTwice(field, own[field].Count);
        }

        if (!shared[field].TrySet(utf8))
        {
            throw shared.TooLarge("The shared part of the batch", field, utf8);
        }

        isShared[field] = true;
    }

    /// <summary>Sets a field of all candidates, those that are already there and those to come.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="text">The raw text; null and empty are missing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="ScoringException">A candidate has set the field, or a number is beyond the range of a 32-bit float.</exception>
    public void SetShared(int field, string? text) =>
        SetShared(field, Utf8Text.Encode(text, stackalloc byte[Utf8Text.StackBytes]));

    /// <summary>Adds a candidate; every field that is not shared is missing until it is set.</summary>
    public void AddCandidate() => Count++;

    /// <summary>Sets a field of the newest candidate.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="utf8">The raw text; empty is missing. Lists are split at the field's separator, numbers parsed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">There is no candidate yet.</exception>
    /// <exception cref="ScoringException">The field is shared, or a number is beyond the range of a 32-bit float.</exception>
    public void Set(int field, ReadOnlySpan<byte> utf8)
    {
        FieldColumn column = own[field];
        if (isShared[field])
        {
            throw SetTwice(field, Count);
        }

        if (Count == 0)
        {
            throw new InvalidOperationException($"Call {nameof(AddCandidate)} before setting a field.");
        }

        column.StartRows(Count);
        if (!column.TrySet(utf8))
        {
            throw own.TooLarge($"Candidate {Count} of the batch", field, utf8);
        }
    }

    /// <summary>Sets a field of the newest candidate.</summary>
    /// <param name="field">The field's place among <see cref="Fields"/>.</param>
    /// <param name="text">The raw text; null and empty are missing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    /// <exception cref="InvalidOperationException">There is no candidate yet.</exception>
    /// <exception cref="ScoringException">The field is shared, or a number is beyond the range of a 32-bit float.</exception>
    public void Set(int field, string? text) =>
        Set(field, Utf8Text.Encode(text, stackalloc byte[Utf8Text.StackBytes]));

    /// <summary>
    /// Values of a field that are not in its vocabulary, those that are shared counted once; 0 for a numeric field.
    /// </summary>
    public int UnknownCount(int field) => ColumnOf(field) is EmbeddedColumn column ? column.UnknownCount : 0;

    /// <summary>
    /// Values of a field, a missing one counted as one and those that are shared counted once; 0 for a numeric field.
    /// </summary>
    public int ValueCount(int field) => ColumnOf(field) is EmbeddedColumn column ? column.ValueCount : 0;

    /// <summary>For each field the candidates' values, or the one that stands for all of them.</summary>
    internal ReadOnlySpan<FieldColumn> Columns()
    {
        for (int field = 0; field < scored.Length; field++)
        {
            scored[field] = ColumnOf(field);
        }

        return scored;
    }

    private FieldColumn ColumnOf(int field)
    {
        FieldColumn column = own[field];
        if (column.Count == 0)
        {
            return shared[field];
        }

        column.StartRows(Count); // the field is missing from the last candidates
        return column;
    }

    private ScoringException SetTwice(int field, int candidate) => new(
        $"The field '{Fields[field].Name}' is set in the shared part and in candidate {candidate}; set it in one of them.");
}
