using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Layers;

/// <summary>
/// Looks a batch's feature values up in a table: [batch × fields · D], each value's kept prefix and zeros beyond it.
/// Its backward pass sums the gradient of each distinct row and of each frequency group's mask (see
/// <see cref="EmbeddingFunction"/>); the table itself is never a tensor and is never copied.
/// </summary>
/// <remarks>
/// One batch at a time; not safe to share between threads. The layer itself works on as many threads as libtorch has when
/// it is made. Each thread gathers some of the examples, and sums some of the rows: the number of threads changes no
/// embedding and no row's gradient.
/// </remarks>
public sealed class EmbeddingLayer : IDisposable
{
    private readonly IReadOnlyList<EmbeddedField> _fields;
    private readonly int[] _groupOfRow;
    private readonly byte[] _sizes;
    private readonly Tensor _anchor;
    private readonly int _firstDefaultRow;
    private readonly int[][] _substituted;
    private readonly ComposedRows? _composed;

    /// <summary>A layer over a table whose sizes a sizer decides.</summary>
    /// <param name="table">The rows of all vocabularies; with size zero, one default row for each vocabulary behind them.</param>
    /// <param name="sizer">Decides the kept prefixes.</param>
    /// <param name="fields">The embedded feature fields, in batch order.</param>
    public EmbeddingLayer(EmbeddingTable table, Sizer sizer, IReadOnlyList<EmbeddedField> fields)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(sizer);
        ArgumentNullException.ThrowIfNull(fields);
        Table = table;
        Sizer = sizer;
        _fields = fields;
        _firstDefaultRow = sizer.Groups.TableRows;
        (_groupOfRow, _sizes) = RowSizes(table.Rows, sizer);
        _substituted = [.. fields.Select(_ => Array.Empty<int>())];
        _composed = sizer.Sharing is { } sharing ? new ComposedRows(sharing, table.Dimension) : null;
        _anchor = zeros(1, requires_grad: true).DetachFromDisposeScope();
        Gradients = RowGradients.Parts(table.Rows, table.Dimension, get_num_threads());
    }

    /// <summary>The rows looked up.</summary>
    public EmbeddingTable Table { get; private set; }

    /// <summary>Who decides the kept prefixes.</summary>
    public Sizer Sizer { get; }

    /// <summary>Gradients of the rows that the last backward pass touched; each part has rows of its own.</summary>
    public IReadOnlyList<RowGradients> Gradients { get; }

    /// <summary>Kept size of each row, as the optimizer has to respect it.</summary>
    public PrefixSizes Sizes => Sizer.UpdatesWholeRows ? default : new(_groupOfRow, _sizes);

    /// <summary>Looks a batch up for training; gradients reach the rows and, where it is not null, the mask.</summary>
    /// <param name="batch">The batch; it must not change before the backward pass is done.</param>
    /// <param name="mask">The sizer's mask of this step, detached where it does not learn from it; null when nothing is learned.</param>
    public Tensor Forward(Batch batch, Tensor? mask)
    {
        foreach (RowGradients part in Gradients)
        {
            part.Clear();
        }

        return EmbeddingFunction.apply(mask is { requires_grad: true } ? mask : _anchor, new EmbeddingPass(this, batch, mask));
    }

    /// <summary>Looks a batch up for inference with the hard sizes.</summary>
    public Tensor Gather(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Gather(batch, null);
    }

    /// <summary>Goes on in a compact table, now that the sizes are frozen; the table before it is disposed.</summary>
    internal void Compact()
    {
        Sizer.Sizes.CopyTo(_sizes);
        EmbeddingTable compact = Table.ToCompact(Sizes);
        Table.Dispose();
        Table = compact;
    }

    /// <summary>A compact table of zeros for the sizes that a sizer has.</summary>
    internal static EmbeddingTable CompactTable(int rows, Sizer sizer)
    {
        (int[] groupOfRow, byte[] sizes) = RowSizes(rows, sizer);
        return new EmbeddingTable(rows, sizer.Dimension, new PrefixSizes(groupOfRow, sizes));
    }

    /// <summary>The group of each row and the size of each group; default rows, whole, are a group of their own.</summary>
    private static (int[] GroupOfRow, byte[] SizeOfGroup) RowSizes(int rows, Sizer sizer)
    {
        int[] groupOfRow = sizer.Groups.SharedGroupOfRow;
        if (rows > groupOfRow.Length)
        {
            Array.Resize(ref groupOfRow, rows);
            groupOfRow.AsSpan(sizer.Groups.TableRows).Fill(sizer.Groups.Count);
        }

        return (groupOfRow, [.. sizer.Sizes, (byte)sizer.Dimension]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _anchor.Dispose();
        _composed?.Dispose();
        foreach (RowGradients part in Gradients)
        {
            part.Dispose();
        }
    }

    internal Tensor Gather(Batch batch, Tensor? softMask)
    {
        RefreshSizes(batch);
        _composed?.Renew(Table, batch, _fields.Count);
        RenewView(batch);
        int stride = _fields.Count * Table.Dimension;
        Tensor output = empty(batch.Count, stride);
        int share = (batch.Count + Gradients.Count - 1) / Gradients.Count;
        Parallel.For(0, Gradients.Count, part =>
        {
            int first = Math.Min(part * share, batch.Count);
            int count = Math.Min(share, batch.Count - first);
            if (count > 0)
            {
                Gather(batch, new Range(first, first + count), softMask, output.Floats()[(first * stride)..]);
            }
        });
        return output;
    }

    private void Gather(Batch batch, Range examples, Tensor? softMask, Span<float> values)
    {
        int stride = _fields.Count * Table.Dimension;
        for (int f = 0; f < _fields.Count; f++)
        {
            Span<float> target = values[(f * Table.Dimension)..];
            Lookup lookup = LookupOf(batch, f)[examples];
            if (softMask is null)
            {
                Embeddings.Gather.Prefix(_composed?.Table ?? Sizer.View?.Seen ?? Table, lookup, LookedUpSizes, target, stride);
            }
            else
            {
                Embeddings.Gather.Masked(Table, lookup, new SoftMask(_groupOfRow, softMask.Floats()), target, stride);
            }
        }
    }

    /// <summary>
    /// Sums the gradients of the rows looked up. While sizes are learned they are summed over whole rows, for the mask's
    /// gradient; the optimizer writes the kept prefix alone. Elements that are not kept have a gradient of 0.
    /// </summary>
    internal void AddRowGradients(Batch batch, Tensor? softMask, Tensor outputGradient)
    {
        if (_composed is not null)
        {
            _composed.AddGradients(Table, Gradients, composed => AddRowGradients(composed, batch, softMask, outputGradient.Floats()));
            return;
        }

        Parallel.For(0, Gradients.Count, part => AddRowGradients(Gradients[part], batch, softMask, outputGradient.Floats()));
    }

    private void AddRowGradients(RowGradients part, Batch batch, Tensor? softMask, ReadOnlySpan<float> outputGradient)
    {
        int stride = _fields.Count * Table.Dimension;
        PrefixSizes sizes = SumsWholeRows ? default : LookedUpSizes;
        for (int f = 0; f < _fields.Count; f++)
        {
            ReadOnlySpan<float> source = outputGradient[(f * Table.Dimension)..];
            if (softMask is null)
            {
                part.AddPrefix(LookupOf(batch, f), sizes, source, stride);
            }
            else
            {
                part.AddMasked(LookupOf(batch, f), new SoftMask(_groupOfRow, softMask.Floats()), source, stride);
            }
        }

        if (Sizer.Elements is { IsFull: false } elements)
        {
            elements.Apply(part);
        }
    }

    /// <summary>
    /// ∂L/∂m of every group, [groups × D] and, with size zero, the default row's share behind each row; or of what a view's
    /// rows depend on.
    /// </summary>
    internal Tensor MaskGradients(Batch batch, ReadOnlySpan<float> outputGradient)
    {
        if (Sizer.View is { } view)
        {
            return view.Backward(Table, Gradients);
        }

        if (SumsWholeRows)
        {
            Tensor sums = zeros(Gradients.Count, Sizer.Groups.Count, Table.Dimension);
            int floats = Sizer.Groups.Count * Table.Dimension;
            Parallel.For(0, Gradients.Count, part =>
                MaskGradient.Add(Table, Gradients[part], _groupOfRow, sums.Floats().Slice(part * floats, floats)));
            return sums.sum(dim: 0);
        }

        Tensor gradient = zeros(Sizer.Groups.Count, Table.Dimension);
        int stride = _fields.Count * Table.Dimension;
        Tensor? share = Sizer.HasSizeZero ? zeros(Sizer.Groups.Count, 1) : null;
        for (int f = 0; f < _fields.Count; f++)
        {
            ReadOnlySpan<float> source = outputGradient[(f * Table.Dimension)..];
            var lookup = new Lookup(batch.Rows(f), batch.Offsets(f), _fields[f].Pooling);
            MaskGradient.Add(Table, lookup, _groupOfRow, source, stride, gradient.Floats());
            if (share is not null)
            {
                DefaultRowGradient.Add(Table[DefaultRow(f)], lookup, _groupOfRow, source, stride, share.Floats());
            }
        }

        return share is null ? gradient : cat([gradient, share], 1);
    }

    /// <summary>Not with a soft mask, nor where default rows stand in for others.</summary>
    private bool SumsWholeRows => Sizer is { IsLearning: true, IsSoft: false, ReadsDefaultRows: false };

    /// <summary>Composed rows are whole.</summary>
    private PrefixSizes LookedUpSizes => _composed is null ? new(_groupOfRow, _sizes) : default;

    private int DefaultRow(int field) => _firstDefaultRow + _fields[field].Vocabulary;

    private Lookup LookupOf(Batch batch, int field)
    {
        ReadOnlySpan<int> rows = batch.Rows(field);
        if (_composed is not null)
        {
            rows = _composed.PlacesOf(field, rows.Length);
        }
        else if (Sizer.ReadsDefaultRows)
        {
            rows = _substituted[field].AsSpan(0, rows.Length);
        }

        return new Lookup(rows, batch.Offsets(field), _fields[field].Pooling);
    }

    private void RenewView(Batch batch)
    {
        if (Sizer.View is { } view)
        {
            for (int f = 0; f < _fields.Count; f++)
            {
                view.Renew(Table, batch.Rows(f));
            }
        }
    }

    /// <summary>Takes over the sizer's sizes; values that keep nothing are looked up as their default row.</summary>
    private void RefreshSizes(Batch batch)
    {
        Sizer.Sizes.CopyTo(_sizes);
        if (!Sizer.ReadsDefaultRows)
        {
            return;
        }

        for (int f = 0; f < _fields.Count; f++)
        {
            ReadOnlySpan<int> rows = batch.Rows(f);
            if (_substituted[f].Length < rows.Length)
            {
                _substituted[f] = new int[rows.Length];
            }

            for (int i = 0; i < rows.Length; i++)
            {
                _substituted[f][i] = _sizes[_groupOfRow[rows[i]]] == 0 ? DefaultRow(f) : rows[i];
            }
        }
    }
}
