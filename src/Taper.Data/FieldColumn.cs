using Taper.Data.Columns;
using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>
/// One field of one split, memory-mapped. What it lends is valid until the dataset is disposed. Thread-safe.
/// </summary>
public sealed class FieldColumn : IDisposable
{
    private readonly NpyFile<int>? ids;
    private readonly NpyFile<int>? offsets;
    private readonly NpyFile<float>? values;

    internal FieldColumn(FieldKind kind, string pathWithoutEnding)
    {
        Kind = kind;
        if (kind == FieldKind.Numeric)
        {
            values = new NpyFile<float>($"{pathWithoutEnding}.npy");
            return;
        }

        ids = new NpyFile<int>($"{pathWithoutEnding}.npy");
        offsets = kind == FieldKind.MultiValued ? new NpyFile<int>($"{pathWithoutEnding}.offsets.npy") : null;
    }

    /// <summary>The field's kind.</summary>
    public FieldKind Kind { get; }

    /// <summary>
    /// Vocabulary ids: one per example, or, for a multi-valued field, those of all examples back to back, at least one
    /// each. Empty for a numeric field.
    /// </summary>
    public ReadOnlySpan<int> Ids => ids is null ? default : ids.Values;

    /// <summary>
    /// For a multi-valued field, count + 1 entries: example i owns Ids[Offsets[i]..Offsets[i + 1]]. Else empty.
    /// </summary>
    public ReadOnlySpan<int> Offsets => offsets is null ? default : offsets.Values;

    /// <summary>For a numeric field one standardised number per example, 0 where it is missing. Else empty.</summary>
    public ReadOnlySpan<float> Values => values is null ? default : values.Values;

    /// <summary>The number of examples.</summary>
    internal int Count => values is not null ? Values.Length : offsets is not null ? Offsets.Length - 1 : Ids.Length;

    /// <summary>Whether every id is one of the vocabulary's and the offsets rise from 0 to the number of ids.</summary>
    internal bool Fits(int vocabularySize)
    {
        if (offsets is not null)
        {
            int last = 0;
            foreach (int offset in Offsets)
            {
                if (offset < last)
                {
                    return false;
                }

                last = offset;
            }

            if (Offsets.IsEmpty || Offsets[0] != 0 || last != Ids.Length)
            {
                return false;
            }
        }

        foreach (int id in Ids)
        {
            if ((uint)id >= (uint)vocabularySize)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says how some examples will be read.</summary>
    internal void Expect(int first, int count, Reading reading)
    {
        if (Kind == FieldKind.Numeric)
        {
            PageAdvice.Give(Values.Slice(first, count), reading);
            return;
        }

        Range ids = Kind == FieldKind.MultiValued ? Offsets[first]..Offsets[first + count] : first..(first + count);
        PageAdvice.Give(Ids[ids], reading);
        PageAdvice.Give(Kind == FieldKind.MultiValued ? Offsets.Slice(first, count + 1) : default, reading);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ids?.Dispose();
        offsets?.Dispose();
        values?.Dispose();
    }
}
