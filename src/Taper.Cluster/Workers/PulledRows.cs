using System.Runtime.InteropServices;
using Taper.Cluster.Shards;
using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Layers;
using Taper.Training.Sizing;

namespace Taper.Cluster.Workers;

/// <summary>
/// The distinct rows of a batch, pulled from the shards into a small table: kept prefixes, zeros beyond. The batch is
/// renumbered to that table, and an <see cref="EmbeddingLayer"/> over it does the rest.
/// </summary>
/// <remarks>Not safe to share between threads. Grows to the largest batch, and then stays.</remarks>
internal sealed class PulledRows : IDisposable
{
    private readonly ShardLayout _layout;
    private readonly IReadOnlyList<EmbeddedField> _fields;
    private readonly int _dimension;
    private readonly Dictionary<int, int> _slotOf = [];
    private readonly List<int>[] _slots; // of each shard's rows, in the order in which they are pulled
    private readonly List<int>[] _places;
    private readonly List<byte>[] _sizes; // with which they came, and in which their gradients go
    private readonly bool _hasFirstOrder;
    private FixedSizer? _sizer;
    private FixedSizer? _firstOrderSizer;
    private EmbeddingLayer? _layer;
    private EmbeddingLayer? _firstOrderLayer;
    private float[] _packed = [];

    public PulledRows(ShardLayout layout, IReadOnlyList<EmbeddedField> fields, int dimension, bool hasFirstOrder)
    {
        _layout = layout;
        _fields = fields;
        _dimension = dimension;
        _hasFirstOrder = hasFirstOrder;
        _slots = [.. Enumerable.Range(0, layout.Shards).Select(_ => new List<int>())];
        _places = [.. Enumerable.Range(0, layout.Shards).Select(_ => new List<int>())];
        _sizes = [.. Enumerable.Range(0, layout.Shards).Select(_ => new List<byte>())];
    }

    /// <summary>Looks the batch's embeddings up; valid after the first <see cref="Collect"/>.</summary>
    public EmbeddingLayer Layer => _layer ?? throw new InvalidOperationException("No batch was collected yet.");

    /// <summary>Looks first-order weights up, where there are any.</summary>
    public EmbeddingLayer? FirstOrderLayer => _firstOrderLayer;

    /// <summary>Distinct rows of the batch that was collected last.</summary>
    public int Count => _slotOf.Count;

    /// <summary>Finds the distinct rows of a batch and renumbers it to them. The batch before is forgotten, its gradients too.</summary>
    public void Collect(Batch batch)
    {
        _slotOf.Clear();
        for (int shard = 0; shard < _layout.Shards; shard++)
        {
            _slots[shard].Clear();
            _places[shard].Clear();
            _sizes[shard].Clear();
        }

        for (int field = 0; field < _fields.Count; field++)
        {
            foreach (ref int row in batch.RowBuffer(field)[..batch.Rows(field).Length])
            {
                ref int slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_slotOf, row, out bool known);
                if (!known)
                {
                    slot = _slotOf.Count - 1;
                    int shard = _layout.ShardOf(row);
                    _slots[shard].Add(slot);
                    _places[shard].Add(_layout.PlaceOf(row));
                }

                row = slot;
            }
        }

        MakeRoom();
    }

    /// <summary>The places of a shard's rows, little-endian.</summary>
    public byte[] PlacesIn(int shard) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_places[shard])).ToArray();

    /// <summary>Takes a shard's rows in.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="sizer">Says how long each row's kept prefix is.</param>
    /// <param name="values">The rows.</param>
    /// <param name="wire">How they came.</param>
    public void Unpack(int shard, Sizer sizer, byte[] values, WirePrecision wire)
    {
        FindSizes(shard, sizer);
        Span<float> packed = Packed(PackedLength(shard));
        WireFloats.Decode(values, packed, wire);
        List<int> slots = _slots[shard];
        for (int i = 0; i < slots.Count; i++)
        {
            int size = _sizes[shard][i];
            Span<float> row = Layer.Table[slots[i]];
            packed[..size].CopyTo(row);
            row[size..].Clear();
            packed = packed[size..];
            if (_firstOrderLayer is not null)
            {
                _firstOrderLayer.Table[slots[i]][0] = packed[0];
                packed = packed[1..];
            }
        }
    }

    /// <summary>A shard's gradients: of the prefixes that were taken in, or of whole rows for the sizer to learn from.</summary>
    public byte[] PackGradients(int shard, bool isWhole, WirePrecision wire)
    {
        List<int> slots = _slots[shard];
        int length = isWhole ? slots.Count * (_dimension + (_hasFirstOrder ? 1 : 0)) : PackedLength(shard);
        Span<float> packed = Packed(length), rest = packed;
        for (int i = 0; i < slots.Count; i++)
        {
            int size = isWhole ? _dimension : _sizes[shard][i];
            GradientOf(Layer, slots[i])[..size].CopyTo(rest);
            rest = rest[size..];
            if (_firstOrderLayer is not null)
            {
                rest[0] = GradientOf(_firstOrderLayer, slots[i])[0];
                rest = rest[1..];
            }
        }

        return WireFloats.Encode(packed, wire);
    }

    /// <summary>Forgets the gradients of the batch before, for a step without a backward pass.</summary>
    public void ClearGradients()
    {
        foreach (RowGradients part in Layer.Gradients.Concat(_firstOrderLayer?.Gradients ?? []))
        {
            part.Clear();
        }
    }

    public void Dispose()
    {
        _layer?.Table.Dispose();
        _layer?.Dispose();
        _sizer?.Dispose();
        _firstOrderLayer?.Table.Dispose();
        _firstOrderLayer?.Dispose();
        _firstOrderSizer?.Dispose();
    }

    private static Span<float> GradientOf(EmbeddingLayer layer, int slot)
    {
        IReadOnlyList<RowGradients> parts = layer.Gradients;
        RowGradients part = parts[slot & (parts.Count - 1)];
        return part[part.SlotOf(slot)];
    }

    /// <summary>Finds the sizes of a shard's rows once for the step: they stay as they are until its gradients are gone.</summary>
    private void FindSizes(int shard, Sizer sizer)
    {
        List<byte> sizes = _sizes[shard];
        sizes.Clear();
        foreach (int place in _places[shard])
        {
            sizes.Add((byte)sizer.SizeOf(_layout.RowAt(shard, place)));
        }
    }

    private int PackedLength(int shard)
    {
        int length = _hasFirstOrder ? _places[shard].Count : 0;
        foreach (byte size in _sizes[shard])
        {
            length += size;
        }

        return length;
    }

    private Span<float> Packed(int length)
    {
        if (_packed.Length < length)
        {
            _packed = GC.AllocateUninitializedArray<float>(Math.Max(length, 2 * _packed.Length));
        }

        return _packed.AsSpan(0, length);
    }

    private void MakeRoom()
    {
        if (_layer is not null && _layer.Table.Rows >= Count)
        {
            return;
        }

        int rows = Math.Max(1, Math.Max(Count, 2 * (_layer?.Table.Rows ?? 0)));
        Dispose();
        (_sizer, _layer) = LayerOf(rows, _dimension);
        if (_hasFirstOrder)
        {
            (_firstOrderSizer, _firstOrderLayer) = LayerOf(rows, 1);
        }
    }

    private (FixedSizer Sizer, EmbeddingLayer Layer) LayerOf(int rows, int dimension)
    {
        var groups = FrequencyGroups.Of([new long[rows]]);
        var sizer = new FixedSizer(groups, dimension);
        return (sizer, new EmbeddingLayer(new EmbeddingTable(rows, dimension), sizer, [.. _fields.Select(field => field with { Vocabulary = 0 })]));
    }
}
