using Taper.Data.Columns;
using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>Reads the examples of a split in batches. One enumeration at a time; not thread-safe.</summary>
public sealed class BatchReader
{
    private readonly Examples examples;
    private readonly int batchSize;
    private readonly BatchPart part;
    private readonly List<(FieldColumn Column, int FirstRow)> embedded = [];
    private readonly List<FieldColumn> numeric = [];
    private readonly Batch batch;
    private readonly int[] chosen; // the batch's examples

    /// <summary>A reader of one split.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="examples">One of its splits.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    /// <param name="part">Which part of each batch is read; the others are left to other readers.</param>
    public BatchReader(Dataset dataset, Examples examples, int batchSize, BatchPart part = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.examples = examples;
        this.batchSize = batchSize;
        this.part = part;
        for (int field = 0; field < dataset.Fields.Count; field++)
        {
            if (dataset.Fields[field].HasEmbedding)
            {
                embedded.Add((examples.Column(field), dataset.VocabularyOf(dataset.Fields[field]).FirstRow));
            }
            else
            {
                numeric.Add(examples.Column(field));
            }
        }

        batch = new Batch(
            Math.Min(batchSize, Math.Max(1, examples.Count)),
            [.. embedded.Select(field => field.Column.Kind == FieldKind.MultiValued)],
            numeric.Count);
        chosen = new int[batch.LabelBuffer.Length];
    }

    /// <summary>The batches of an epoch; the last may be short.</summary>
    public int BatchCount => (int)(((long)examples.Count + batchSize - 1) / batchSize);

    /// <summary>Reads an epoch, or what is left of it.</summary>
    /// <param name="order">The order of the examples; it has as many as the split.</param>
    /// <param name="firstBatch">The batch to start with: resuming at n yields what the whole epoch yields from its n-th.</param>
    /// <returns>Always the same batch, filled again.</returns>
    public IEnumerable<Batch> Read(ExampleOrder order, int firstBatch = 0)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        if (order.Count != examples.Count)
        {
            throw new ArgumentException($"The order has {order.Count} examples, the {examples.Name} split {examples.Count}.", nameof(order));
        }

        return ReadFrom(order, firstBatch);
    }

    private IEnumerable<Batch> ReadFrom(ExampleOrder order, int firstBatch)
    {
        examples.Expect(0, examples.Count, order.IsShuffled ? Reading.AtRandom : Reading.InOrder);
        try
        {
            for (long start = (long)firstBatch * batchSize; start < examples.Count; start += batchSize)
            {
                Fill(order, (int)start);
                yield return batch;
            }
        }
        finally
        {
            examples.Expect(0, examples.Count, Reading.InOrder);
        }
    }

    private void Fill(ExampleOrder order, int start)
    {
        (int first, batch.Count) = part.Of(Math.Min(batchSize, examples.Count - start));
        order.Read(start + first, chosen.AsSpan(0, batch.Count), (example, count) => examples.Expect(example, count, Reading.Soon));
        ReadOnlySpan<byte> labels = examples.Labels;
        Span<float> targets = batch.LabelBuffer;
        for (int i = 0; i < batch.Count; i++)
        {
            targets[i] = labels[chosen[i]];
        }

        for (int field = 0; field < embedded.Count; field++)
        {
            if (embedded[field].Column.Kind == FieldKind.MultiValued)
            {
                FillLists(field);
            }
            else
            {
                FillSingles(field);
            }
        }

        for (int field = 0; field < numeric.Count; field++)
        {
            ReadOnlySpan<float> values = numeric[field].Values;
            Span<float> inputs = batch.NumericBuffer;
            for (int i = 0; i < batch.Count; i++)
            {
                inputs[(i * numeric.Count) + field] = values[chosen[i]];
            }
        }
    }

    private void FillSingles(int field)
    {
        (FieldColumn column, int firstRow) = embedded[field];
        ReadOnlySpan<int> ids = column.Ids;
        Span<int> rows = batch.RowBuffer(field);
        for (int i = 0; i < batch.Count; i++)
        {
            rows[i] = firstRow + ids[chosen[i]];
        }
    }

    private void FillLists(int field)
    {
        (FieldColumn column, int firstRow) = embedded[field];
        ReadOnlySpan<int> ids = column.Ids;
        ReadOnlySpan<int> from = column.Offsets;
        Span<int> offsets = batch.OffsetBuffer(field);
        offsets[0] = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            int example = chosen[i];
            offsets[i + 1] = offsets[i] + from[example + 1] - from[example];
        }

        Span<int> rows = batch.RowBuffer(field, offsets[batch.Count]);
        for (int i = 0; i < batch.Count; i++)
        {
            int first = from[chosen[i]];
            for (int place = offsets[i]; place < offsets[i + 1]; place++)
            {
                rows[place] = firstRow + ids[first++];
            }
        }
    }
}
