using CsCheck;
using Taper.Data;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests;

public sealed class BatchPartTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    [Fact]
    public void Parts_lie_one_behind_the_other_and_are_alike() => Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 20]).Sample((examples, count) =>
    {
        int next = 0;
        for (int index = 0; index < count; index++)
        {
            (int first, int length) = new BatchPart(index, count).Of(examples);
            Assert.Equal(next, first);
            Assert.InRange(length, examples / count, (examples + count - 1) / count);
            next += length;
        }

        Assert.Equal(examples, next);
        Assert.Equal((0, examples), default(BatchPart).Of(examples));
    });

    [Theory]
    [InlineData(1, 64)]
    [InlineData(3, 64)]
    [InlineData(7, 5)]
    public void Workers_read_every_batch_once(int workers, int batchSize)
    {
        Examples train = data.Dataset.Split("train");
        ExampleOrder order = ExampleOrder.Shuffled(train.Count, 3, 1, 1 << 20);
        List<string>[] parts =
        [
            .. Enumerable.Range(0, workers).Select(index => Batches(new BatchReader(data.Dataset, train, batchSize, new BatchPart(index, workers)), order)),
        ];
        Assert.Equal(
            Batches(new BatchReader(data.Dataset, train, batchSize), order),
            Enumerable.Range(0, parts[0].Count).Select(batch => string.Concat(parts.Select(part => part[batch]))));
    }

    /// <summary>Each batch's examples as text, one after the other.</summary>
    private static List<string> Batches(BatchReader reader, ExampleOrder order) =>
        [.. reader.Read(order).Select(batch => string.Concat(Enumerable.Range(0, batch.Count).Select(i => Example(batch, i))))];

    private static string Example(Batch batch, int i)
    {
        var fields = Enumerable.Range(0, 5).Select(field => batch.Offsets(field) is { IsEmpty: false } offsets
            ? string.Join('|', batch.Rows(field)[offsets[i]..offsets[i + 1]].ToArray())
            : $"{batch.Rows(field)[i]}");
        return $"{batch.Labels[i]} {batch.Numeric[i]} {string.Join(' ', fields)};";
    }
}
