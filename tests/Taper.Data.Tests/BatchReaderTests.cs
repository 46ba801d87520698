using CsCheck;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

public sealed class BatchReaderTests : IDisposable
{
    private readonly Workspace work = new();
    private readonly Dataset dataset;
    private readonly string[][] values;

    public BatchReaderTests()
    {
        string rows = string.Concat(Enumerable.Range(0, 101).Select(row =>
            $"{row % 2},u{row % 17},{string.Join('|', Enumerable.Range(0, row % 4).Select(tag => $"t{tag + (row % 3)}"))},{row},{row * 3}\n"));
        work.Write("a.csv", "label,u,t,x,y\n" + rows);
        dataset = work.BuildAndOpen(Workspace.OneFile(
            "a.csv",
            new FieldConfig { Name = "x", Kind = FieldKind.Numeric },
            new FieldConfig { Name = "u" },
            new FieldConfig { Name = "t", Kind = FieldKind.MultiValued },
            new FieldConfig { Name = "y", Kind = FieldKind.Numeric }));
        values = [.. dataset.Vocabularies.Select(vocabulary => vocabulary.Values.ToArray())];
    }

    [Fact]
    public void Batches_hold_every_example_in_the_order_asked_for() => Gen.Select(Gen.Int[1, 120], Gen.ULong, Gen.Bool).Sample((size, seed, shuffled) =>
    {
        Examples train = dataset.Split("train");
        ExampleOrder order = shuffled ? ExampleOrder.Shuffled(train.Count, seed, 2) : ExampleOrder.Sequential(train.Count);
        BatchReader reader = new(dataset, train, size);
        int[] expected = new int[train.Count];
        order.Read(0, expected);
        int place = 0;
        int batches = 0;
        foreach (Batch batch in reader.Read(order))
        {
            batches++;
            Assert.Equal(Math.Min(size, train.Count - place), batch.Count);
            for (int i = 0; i < batch.Count; i++, place++)
            {
                Check(train, batch, i, expected[place]);
            }
        }

        Assert.Equal(train.Count, place);
        Assert.Equal(reader.BatchCount, batches);
    });

    [Fact]
    public void Going_on_at_a_batch_yields_the_rest() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 110], Gen.ULong).Sample((size, first, seed) =>
    {
        Examples train = dataset.Split("train");
        ExampleOrder order = ExampleOrder.Shuffled(train.Count, seed, 0);
        BatchReader reader = new(dataset, train, size);
        List<string> all = [.. reader.Read(order).Select(Text)];
        Assert.Equal(all.Skip(first), reader.Read(order, first).Select(Text));
    });

    [Fact]
    public void An_order_of_another_split_is_refused()
    {
        BatchReader reader = new(dataset, dataset.Split("train"), 10);
        Assert.Throws<ArgumentException>(() => reader.Read(ExampleOrder.Sequential(7)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchReader(dataset, dataset.Split("train"), 0));
    }

    [Fact]
    public void What_a_disposed_dataset_lent_is_refused()
    {
        Examples train = dataset.Split("train");
        dataset.Dispose();
        Assert.Throws<ObjectDisposedException>(() => train.Labels.Length);
        Assert.Throws<ObjectDisposedException>(() => train.Column(1).Ids.Length);
    }

    public void Dispose()
    {
        dataset.Dispose();
        work.Dispose();
    }

    private void Check(Examples train, Batch batch, int i, int example)
    {
        Assert.Equal(example % 2, batch.Labels[i]);
        Assert.Equal(2, batch.NumericCount);
        Assert.Equal(train.Column(0).Values[example], batch.Numeric[2 * i]);
        Assert.Equal(train.Column(3).Values[example], batch.Numeric[(2 * i) + 1]);
        Assert.Equal($"u{example % 17}", values[0][batch.Rows(0)[i] - dataset.Vocabularies[0].FirstRow]);
        Assert.True(batch.Offsets(0).IsEmpty);
        ReadOnlySpan<int> offsets = batch.Offsets(1);
        Assert.Equal(batch.Count + 1, offsets.Length);
        string[] texts = [.. batch.Rows(1)[offsets[i]..offsets[i + 1]].ToArray().Select(row => values[1][row - dataset.Vocabularies[1].FirstRow])];
        Assert.Equal(example % 4 == 0 ? [""] : Enumerable.Range(0, example % 4).Select(tag => $"t{tag + (example % 3)}"), texts);
    }

    private static string Text(Batch batch) =>
        $"{string.Join(',', batch.Labels.ToArray())} {string.Join(',', batch.Rows(0).ToArray())} {string.Join(',', batch.Rows(1).ToArray())} {string.Join(',', batch.Offsets(1).ToArray())} {string.Join(',', batch.Numeric.ToArray())}";
}
