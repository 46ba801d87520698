using System.Runtime.InteropServices;
using System.Text;
using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>A vocabulary of a trained model on its way into the file: rows in order, keys and index made.</summary>
internal sealed class CompactVocabulary
{
    private readonly BundleContent content;
    private readonly BundleVocabulary vocabulary;
    private readonly RowOrder order;
    private readonly ValueKeys keys;

    /// <exception cref="ArgumentException">The vocabulary's lists, sizes or rows do not fit the model, or a number is not finite.</exception>
    public CompactVocabulary(BundleContent content, BundleVocabulary vocabulary)
    {
        this.content = content;
        this.vocabulary = vocabulary;
        Check();
        order = RowOrder.Of(vocabulary.Sizes, content.Embeddings.Dimension);
        keys = ValueKeys.Of(vocabulary, order);
        Entry = new BundleVocabularyEntry(
            vocabulary.Name,
            keys.Seed,
            order.RowOf(BundleVocabulary.Unknown),
            order.RowOf(BundleVocabulary.Missing),
            Sizes())
        {
            Shared = vocabulary.Shared is { } shared
                ? new SharedRowsEntry(shared.Count, shared.Second.Any(row => row >= 0) ? 2 : 1, shared.Combination)
                : null,
        };
    }

    /// <summary>What the manifest says of it.</summary>
    public BundleVocabularyEntry Entry { get; }

    /// <summary>Whether some value keeps nothing and shares the default row; in the masked layout it is 0.</summary>
    public bool HasDefault => Entry.Sizes.Histogram[0] > 0 && content.Kept is null;

    /// <summary>The stored rows that keep something: they stand first.</summary>
    public long KeepingRows => vocabulary.Shared is null ? order.FirstRow[^2] : StoredRows;

    private int Dimension => content.Embeddings.Dimension;

    private int StoredRows => vocabulary.Shared?.Count ?? order.Ids.Count;

    /// <summary>The tensors that find a value's row, each with what writes the payload.</summary>
    public IEnumerable<PendingTensor> KeyTensors()
    {
        TensorNames names = new(vocabulary.Name);
        yield return new PendingTensor(
            new SafetensorsTensor(names.Keys, SafetensorsDtype.U64, [keys.Keys.LongLength]), writer => writer.Write<ulong>(keys.Keys));
        yield return new PendingTensor(
            new SafetensorsTensor(names.Index, SafetensorsDtype.U32, [keys.Slots.LongLength]), writer => writer.Write<uint>(keys.Slots));
    }

    /// <summary>The tensors of the rows, each with what writes the payload.</summary>
    public IEnumerable<PendingTensor> RowTensors(Precision precision)
    {
        TensorNames names = new(vocabulary.Name);
        long rows = order.Ids.Count;
        yield return new PendingTensor(
            new SafetensorsTensor(names.SizeFirstRow, SafetensorsDtype.I64, [order.FirstRow.Length]),
            writer => writer.Write<long>(vocabulary.Shared is null ? order.FirstRow : [0, .. Enumerable.Repeat((long)StoredRows, Dimension + 1)])); // shared rows are all whole
        if (Entry.Shared is { } shared)
        {
            yield return new PendingTensor(
                new SafetensorsTensor(names.RowsOfValue, SafetensorsDtype.U32, [rows, shared.RowsOfValue]), WriteRowsOfValue);
        }

        if (content.Kept is { } mask)
        {
            yield return new PendingTensor(new SafetensorsTensor(names.Kept, SafetensorsDtype.U8, [KeepingRows, mask.RowBytes]), WriteMask);
        }

        if (HasDefault)
        {
            yield return new PendingTensor(
                new SafetensorsTensor(names.Default, SafetensorsDtype.F32, [Dimension]),
                writer => writer.Write<float>(content.Embeddings[vocabulary.DefaultRow!.Value]));
        }

        if (content.FirstOrder is not null)
        {
            yield return new PendingTensor(new SafetensorsTensor(names.FirstOrder, SafetensorsDtype.F32, [rows]), WriteFirstOrder);
        }

        SafetensorsTensor values = new(names.Values, RowPacking.DtypeOf(precision), [Entry.Sizes.Parameters]);
        if (precision == Precision.Int8)
        {
            IntegerScales scales = Scales();
            yield return new PendingTensor(
                new SafetensorsTensor(names.Scale, SafetensorsDtype.F32, [Dimension]), writer => writer.Write(scales.Scales));
            yield return new PendingTensor(values, writer => WriteIntegers(writer, scales));
        }
        else
        {
            yield return new PendingTensor(values, writer => WriteFloats(writer, precision));
        }
    }

    /// <summary>Shared rows are parameters once, however many values are made of them.</summary>
    private SizeSummary Sizes()
    {
        SizeSummary sizes = SizeSummary.Of(vocabulary.Counts, vocabulary.Sizes);
        return vocabulary.Shared is null ? sizes : sizes with { Parameters = (long)StoredRows * Dimension };
    }

    /// <summary>The numbers of a stored row: a shared one, or that of an id.</summary>
    private ReadOnlySpan<float> Stored(int row, Span<float> buffer) =>
        vocabulary.Shared is { } shared ? content.Embeddings[shared.FirstRow + row] : Kept(order.Ids[row], buffer);

    /// <summary>The kept numbers of an id: its row's prefix, or the masked ones gathered in the buffer.</summary>
    private ReadOnlySpan<float> Kept(int id, Span<float> buffer)
    {
        ReadOnlySpan<float> row = content.Embeddings[vocabulary.FirstRow + id];
        return content.Kept is { } mask
            ? buffer[..KeptBits.Gather(mask[vocabulary.FirstRow + id], row, buffer)]
            : row[..vocabulary.Sizes[id]];
    }

    private void WriteMask(SafetensorsWriter writer)
    {
        for (int row = 0; row < KeepingRows; row++)
        {
            writer.Write(content.Kept![vocabulary.FirstRow + order.Ids[row]]);
        }
    }

    private void WriteRowsOfValue(SafetensorsWriter writer)
    {
        SharedRows shared = vocabulary.Shared!;
        for (int id = 0; id < shared.First.Count; id++)
        {
            writer.Write<uint>([(uint)(shared.First[id] - shared.FirstRow)]);
            if (Entry.Shared!.RowsOfValue == 2)
            {
                writer.Write<uint>([shared.Second[id] < 0 ? SharedRowReader.None : (uint)(shared.Second[id] - shared.FirstRow)]);
            }
        }
    }

    private void WriteFirstOrder(SafetensorsWriter writer)
    {
        foreach (int id in order.Ids)
        {
            writer.Write<float>(content.FirstOrder![vocabulary.FirstRow + id]);
        }
    }

    private void WriteFloats(SafetensorsWriter writer, Precision precision)
    {
        Span<float> buffer = stackalloc float[byte.MaxValue];
        Span<Half> halves = stackalloc Half[byte.MaxValue];
        for (int row = 0; row < KeepingRows; row++)
        {
            ReadOnlySpan<float> kept = Stored(row, buffer);
            if (precision == Precision.Fp32)
            {
                writer.Write(kept);
                continue;
            }

            RowPacking.ToHalves(kept, halves);
            writer.Write<Half>(halves[..kept.Length]);
        }
    }

    private IntegerScales Scales()
    {
        IntegerScales scales = new(Dimension);
        Span<float> row = stackalloc float[Dimension];
        for (int i = 0; i < KeepingRows; i++)
        {
            Whole(i, row);
            scales.Cover(row);
        }

        return scales;
    }

    private void WriteIntegers(SafetensorsWriter writer, IntegerScales scales)
    {
        Span<float> row = stackalloc float[Dimension];
        Span<sbyte> integers = stackalloc sbyte[Dimension];
        Span<sbyte> kept = stackalloc sbyte[Dimension];
        for (int i = 0; i < KeepingRows; i++)
        {
            int size = Whole(i, row);
            scales.Round(row, integers);
            ReadOnlySpan<sbyte> packed = content.Kept is { } mask
                ? kept[..KeptBits.Gather<sbyte>(mask[vocabulary.FirstRow + order.Ids[i]], integers, kept)]
                : integers[..size];
            writer.Write(MemoryMarshal.AsBytes(packed));
        }
    }

    /// <summary>A stored row at full width, 0 where it keeps nothing; returns how many numbers it keeps.</summary>
    private int Whole(int row, Span<float> destination)
    {
        Span<float> buffer = stackalloc float[byte.MaxValue];
        ReadOnlySpan<float> kept = Stored(row, buffer);
        kept.CopyTo(destination);
        destination[kept.Length..].Clear();
        if (content.Kept is { } mask)
        {
            KeptBits.Spread(mask[vocabulary.FirstRow + order.Ids[row]], destination, kept.Length);
        }

        return kept.Length;
    }

    private void Check()
    {
        int size = vocabulary.Sizes.Count;
        Require(size >= BundleVocabulary.Reserved, "it lacks the ids of unknown and missing values");
        Require(vocabulary.Values.Count == size && vocabulary.Counts.Count == size, "values, counts and sizes differ in number");
        CheckRows(size);
        Require(vocabulary.Sizes.Max() <= Dimension, $"a size is larger than {Dimension}");
        Require(
            content.Kept is not null || vocabulary.Sizes.Min() > 0 || vocabulary.DefaultRow is not null,
            "a size is 0 and there is no default row");
        Require(
            content.FirstOrder is null || (content.FirstOrder.Dimension == 1 && content.FirstOrder.Rows >= vocabulary.FirstRow + size),
            "the first-order weights are not one for each row");
        Span<float> buffer = stackalloc float[byte.MaxValue];
        for (int id = 0; id < size; id++)
        {
            Require(
                content.Kept is null || content.Kept.SizeOf(vocabulary.FirstRow + id) == vocabulary.Sizes[id],
                "a size is not the number of elements that its row's mask keeps");
            if (!AreFinite(id, buffer))
            {
                Require(false, $"an embedding or first-order weight of '{TextOf(id)}' is not finite");
            }
        }

        if (vocabulary.DefaultRow is int row)
        {
            Require(row >= 0 && row < content.Embeddings.Rows && AllFinite(content.Embeddings[row]), "its default row is missing or not finite");
        }
    }

    private void CheckRows(int size)
    {
        if (vocabulary.Shared is not { } shared)
        {
            Require(
                vocabulary.FirstRow >= 0 && (long)vocabulary.FirstRow + size <= (content.Kept?.Rows ?? content.Embeddings.Rows),
                "its rows lie beyond the embedding table");
            return;
        }

        Require(shared.First.Count == size && shared.Second.Count == size, "not every id has its shared rows");
        Require(vocabulary.Sizes.Min() == Dimension, "shared rows are whole, and a size is smaller");
        Require(
            shared is { FirstRow: >= 0, Count: > 0 } && (long)shared.FirstRow + shared.Count <= content.Embeddings.Rows
            && shared.First.All(row => row >= shared.FirstRow && row < shared.FirstRow + shared.Count)
            && shared.Second.All(row => row < 0 || (row >= shared.FirstRow && row < shared.FirstRow + shared.Count)),
            "its rows lie beyond the embedding table");
    }

    private bool AreFinite(int id, Span<float> buffer)
    {
        int row = vocabulary.FirstRow + id;
        bool finite = content.FirstOrder is null || AllFinite(content.FirstOrder[row]);
        return vocabulary.Shared is { } shared
            ? finite && AllFinite(content.Embeddings[shared.First[id]]) && (shared.Second[id] < 0 || AllFinite(content.Embeddings[shared.Second[id]]))
            : finite && AllFinite(Kept(id, buffer));
    }

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new ArgumentException($"The vocabulary '{vocabulary.Name}' cannot be written: {problem}.");
        }
    }

    private string TextOf(int wanted)
    {
        string text = "";
        vocabulary.Values.Visit((id, utf8) => text = id == wanted ? Encoding.UTF8.GetString(utf8) : text);
        return text;
    }

    private static bool AllFinite(ReadOnlySpan<float> row)
    {
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
