using System.Runtime.InteropServices;
using Taper.Cluster.Shards;
using Taper.Cluster.Workers;
using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Layers;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests;
using static TorchSharp.torch;

namespace Taper.Cluster.Tests.Workers;

/// <summary>Against a layer over the whole table, on fields with one value and with lists.</summary>
public sealed class PulledRowsTests : IClassFixture<TinyDataset>, IDisposable
{
    private const int Dimension = 8;

    private readonly TinyDataset _data;
    private readonly ModelShape _shape;
    private readonly FixedSizer _sizer;
    private readonly FixedSizer _firstOrderSizer;
    private readonly EmbeddingTable _table;
    private readonly EmbeddingTable _firstOrder;
    private readonly EmbeddingLayer _layer;
    private readonly EmbeddingLayer _firstOrderLayer;

    public PulledRowsTests(TinyDataset data)
    {
        _data = data;
        _shape = ModelShape.Of(data.Dataset, "fixed");
        _sizer = new FixedSizer(_shape.Groups, Dimension);
        _sizer.State = new SizerState([.. Enumerable.Range(0, _shape.Groups.Count).Select(group => (byte)(group % (Dimension + 1)))], true);
        _firstOrderSizer = new FixedSizer(_shape.Groups, 1);
        _table = new EmbeddingTable(_shape.Groups.TableRows, Dimension);
        _table.FillNormal(1, 5);
        _firstOrder = new EmbeddingTable(_shape.Groups.TableRows, 1);
        _firstOrder.FillNormal(1, 6);
        _layer = new EmbeddingLayer(_table, _sizer, _shape.Fields);
        _firstOrderLayer = new EmbeddingLayer(_firstOrder, _firstOrderSizer, _shape.Fields);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void A_batch_is_looked_up_and_learned_from_as_in_the_whole_table(int shards, bool hasFirstOrder)
    {
        using PulledRows rows = Rows(shards, hasFirstOrder);
        foreach (int size in new[] { 3, 100, 10, 400 })
        {
            using var scope = NewDisposeScope();
            Batch whole = _data.FirstBatch(size), batch = _data.FirstBatch(size);
            int[] expectedRows = Distinct(whole);
            Pull(rows, batch, shards, hasFirstOrder);
            Assert.Equal(expectedRows.Length, rows.Count);

            (Tensor expected, Tensor found) = (_layer.Forward(whole, null), rows.Layer.Forward(batch, null));
            Assert.Equal(expected.Floats().ToArray(), found.Floats().ToArray());
            Learn(expected);
            Learn(found);
            if (hasFirstOrder)
            {
                (expected, found) = (_firstOrderLayer.Forward(whole, null), rows.FirstOrderLayer!.Forward(batch, null));
                Assert.Equal(expected.Floats().ToArray(), found.Floats().ToArray());
                Learn(expected);
                Learn(found);
            }

            for (int shard = 0; shard < shards; shard++)
            {
                float[] gradients = expectedRows.Where(row => row % shards == shard).SelectMany(row => GradientOf(row, hasFirstOrder)).ToArray();
                Assert.Equal(gradients, Floats(rows.PackGradients(shard, isWhole: false, WirePrecision.Fp32)));
            }
        }
    }

    [Fact]
    public void While_sizes_are_learned_gradients_are_of_whole_rows()
    {
        using PulledRows rows = Rows(2, hasFirstOrder: true);
        using var scope = NewDisposeScope();
        Batch whole = _data.FirstBatch(50), batch = _data.FirstBatch(50);
        int[] distinct = Distinct(whole);
        Pull(rows, batch, 2, hasFirstOrder: true);
        Learn(rows.Layer.Forward(batch, null));
        Learn(rows.FirstOrderLayer!.Forward(batch, null));
        using var full = new FixedSizer(_shape.Groups, Dimension);
        using var layer = new EmbeddingLayer(_table, full, _shape.Fields);
        Learn(layer.Forward(whole, null));
        Learn(_firstOrderLayer.Forward(whole, null));
        for (int shard = 0; shard < 2; shard++)
        {
            Assert.Equal(
                distinct.Where(row => row % 2 == shard).SelectMany(row => GradientIn(layer, row).Concat(GradientIn(_firstOrderLayer, row))),
                Floats(rows.PackGradients(shard, isWhole: true, WirePrecision.Fp32)));
        }
    }

    [Fact]
    public void Each_row_is_pulled_once_in_the_order_of_its_first_occurrence()
    {
        using PulledRows rows = Rows(3, hasFirstOrder: false);
        int[] distinct = Distinct(_data.FirstBatch(80));
        rows.Collect(_data.FirstBatch(80));
        for (int shard = 0; shard < 3; shard++)
        {
            Assert.Equal(distinct.Where(row => row % 3 == shard).Select(row => row / 3), MemoryMarshal.Cast<byte, int>(rows.PlacesIn(shard)).ToArray());
        }
    }

    [Fact]
    public void A_batch_of_nothing_pulls_and_pushes_nothing()
    {
        Examples train = _data.Dataset.Split("train");
        var reader = new BatchReader(_data.Dataset, train, 1, new BatchPart(0, 2));
        using PulledRows rows = Rows(2, hasFirstOrder: true);
        rows.Collect(reader.Read(ExampleOrder.Sequential(train.Count)).First());
        rows.ClearGradients();
        Assert.Equal(0, rows.Count);
        Assert.Empty(rows.PlacesIn(1));
        Assert.Empty(rows.PackGradients(1, isWhole: false, WirePrecision.Fp32));
    }

    [Fact]
    public void Rows_of_another_length_are_refused()
    {
        using PulledRows rows = Rows(1, hasFirstOrder: false);
        rows.Collect(_data.FirstBatch(20));
        Assert.Throws<FormatException>(() => rows.Unpack(0, _sizer, new byte[4], WirePrecision.Fp32));
    }

    public void Dispose()
    {
        _layer.Dispose();
        _firstOrderLayer.Dispose();
        _table.Dispose();
        _firstOrder.Dispose();
        _sizer.Dispose();
        _firstOrderSizer.Dispose();
    }

    private PulledRows Rows(int shards, bool hasFirstOrder) =>
        new(new ShardLayout(_shape.Groups.TableRows, shards), _shape.Fields, Dimension, hasFirstOrder);

    /// <summary>The distinct rows of all fields, in the order in which they occur.</summary>
    private int[] Distinct(Batch batch) =>
        [.. Enumerable.Range(0, _shape.Fields.Count).SelectMany(field => batch.Rows(field).ToArray()).Distinct()];

    private void Pull(PulledRows rows, Batch batch, int shards, bool hasFirstOrder)
    {
        rows.Collect(batch);
        for (int shard = 0; shard < shards; shard++)
        {
            float[] packed =
            [
                .. MemoryMarshal.Cast<byte, int>(rows.PlacesIn(shard)).ToArray().Select(place => (place * shards) + shard)
                    .SelectMany(row => _table[row][.._sizer.SizeOf(row)].ToArray().Concat(hasFirstOrder ? _firstOrder[row].ToArray() : [])),
            ];
            rows.Unpack(shard, _sizer, WireFloats.Encode(packed, WirePrecision.Fp32), WirePrecision.Fp32);
        }
    }

    /// <summary>A backward pass whose gradients are all different.</summary>
    private static void Learn(Tensor output) => output.backward([linspace(-1, 1, output.numel()).view(output.shape)]);

    private IEnumerable<float> GradientOf(int row, bool hasFirstOrder) =>
        GradientIn(_layer, row).Take(_sizer.SizeOf(row)).Concat(hasFirstOrder ? GradientIn(_firstOrderLayer, row) : []);

    private static float[] GradientIn(EmbeddingLayer layer, int row)
    {
        RowGradients part = layer.Gradients.Single(part => part.SlotOf(row) >= 0);
        return part[part.SlotOf(row)].ToArray();
    }

    private static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
}
