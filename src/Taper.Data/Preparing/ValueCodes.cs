using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>
/// Gives every distinct value of a vocabulary's fields a code, in the order in which the values come: 0, 1, ... Rows are
/// then kept as codes, until their counts tell the ids. A value takes some 30 bytes, and its text when that is longer
/// than 12 bytes. Many threads may ask at once.
/// </summary>
internal sealed unsafe class ValueCodes(string name) : ITextFunction
{
    /// <summary>The code of a missing value.</summary>
    public const int Missing = -1;

    private const int BytesOfValue = 30;
    private const int TextsOfBlock = 1 << 12;
    private const int BytesOfBlock = 1 << 20;
    private const int RowsAhead = 8;

    private readonly Lock gate = new();
    private readonly List<DuckText[]> texts = [];
    private readonly List<byte[]> longTexts = [];
    private Slot[] slots = new Slot[1 << 10];
    private int usedOfBlock = BytesOfBlock;

    /// <summary>The number of codes.</summary>
    public int Count { get; private set; }

    /// <summary>Roughly what a value of so many bytes takes in memory.</summary>
    public static int BytesOf(int length) => BytesOfValue + (length > DuckText.InlineBytes ? length : 0);

    /// <summary>The value of a code; valid as long as this lives.</summary>
    public ref readonly DuckText this[int code] => ref texts[code / TextsOfBlock][code % TextsOfBlock];

    /// <inheritdoc/>
    public void Apply(TextVector texts, Span<int> results)
    {
        for (int row = 0; row < texts.Count; row++)
        {
            DuckText text = texts[row];
            results[row] = (int)FeatureKey.Hash(text.Utf8); // until its code is found
        }

        lock (gate)
        {
            for (int row = 0; row < texts.Count; row++)
            {
                if (Sse.IsSupported && row + RowsAhead < texts.Count)
                {
                    Sse.Prefetch0(Unsafe.AsPointer(ref slots[results[row + RowsAhead] & (slots.Length - 1)]));
                }

                DuckText text = texts[row];
                results[row] = text.Length == 0 ? Missing : CodeOf(text, results[row]);
            }
        }
    }

    /// <summary>The code of a value given as UTF-8, which need not have come yet; not empty.</summary>
    public int CodeOf(ReadOnlySpan<byte> utf8)
    {
        fixed (byte* start = utf8)
        {
            DuckText text = new(start, utf8.Length);
            lock (gate)
            {
                return CodeOf(text, (int)FeatureKey.Hash(utf8));
            }
        }
    }

    private int CodeOf(in DuckText text, int hash)
    {
        int at = hash & (slots.Length - 1);
        while (slots[at].CodeAndOne != 0)
        {
            if (slots[at].Hash == hash && this[slots[at].CodeAndOne - 1].Equals(text))
            {
                return slots[at].CodeAndOne - 1;
            }

            at = (at + 1) & (slots.Length - 1);
        }

        Keep(text);
        slots[at] = new Slot(hash, Count);
        if (Count > slots.Length / 4 * 3)
        {
            Grow();
        }

        return Count - 1;
    }

    private void Keep(in DuckText text)
    {
        if (Count == Array.MaxLength / 2)
        {
            throw new DataException($"the vocabulary {name} has more than {Count} distinct values; drop the column or prepare a part of the data.");
        }

        if (Count % TextsOfBlock == 0)
        {
            texts.Add(new DuckText[TextsOfBlock]);
        }

        texts[^1][Count++ % TextsOfBlock] = text.IsInline ? text : Copied(text.Utf8);
    }

    private DuckText Copied(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BytesOfBlock - usedOfBlock)
        {
            longTexts.Add(GC.AllocateUninitializedArray<byte>(Math.Max(BytesOfBlock, utf8.Length), pinned: true));
            usedOfBlock = 0;
        }

        Span<byte> copy = longTexts[^1].AsSpan(usedOfBlock);
        utf8.CopyTo(copy);
        usedOfBlock += utf8.Length;
        return new DuckText((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(copy)), utf8.Length);
    }

    private void Grow()
    {
        Slot[] grown = new Slot[slots.Length * 2];
        foreach (Slot slot in slots)
        {
            if (slot.CodeAndOne != 0)
            {
                int at = slot.Hash & (grown.Length - 1);
                while (grown[at].CodeAndOne != 0)
                {
                    at = (at + 1) & (grown.Length - 1);
                }

                grown[at] = slot;
            }
        }

        slots = grown;
    }

    private readonly record struct Slot(int Hash, int CodeAndOne);
}
