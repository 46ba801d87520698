using System.Globalization;
using System.Text;

namespace Taper.Data.Tests;

/// <summary>What is written beside the values of a vocabulary.</summary>
public sealed class VocabularyColumnTests
{
    private const int Values = 5000; // more than DuckDB takes at a time, and than a row group of wide rows

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public void Columns_stand_beside_their_values_in_the_order_of_the_ids(int width)
    {
        using Workspace work = new();
        string rows = string.Join('\n', Enumerable.Range(0, Values).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 2},v{i}")));
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(work.Write("a.csv", $"label,a\n{rows}\n0,v7\n"), new FieldConfig { Name = "a" }));
        Vocabulary vocabulary = dataset.Vocabularies[0];
        string path = Path.Combine(work.Folder, "it's [a].parquet");
        vocabulary.WriteParquet(
            path,
            [
                VocabularyColumn.Of("size", (int id) => id % 3),
                VocabularyColumn.Of("embedding", width, (id, row) => Fill(id, row)),
                VocabularyColumn.Of("\"first\"", (int id) => id / 2f),
            ],
            TestContext.Current.CancellationToken);
        string[] values = vocabulary.Values.ToArray();
        int next = 0;
        using EmbeddingSource source = EmbeddingSource.Open(path, TestContext.Current.CancellationToken);
        Assert.Equal(["value", "count", "size", "embedding", "\"first\""], source.Columns);
        float[] expected = new float[width];
        foreach (EmbeddingChunk chunk in source.ReadChunks(new EmbeddingColumns("embedding", "value", "\"first\"")))
        {
            for (int i = 0; i < chunk.Count; i++, next++)
            {
                Fill(next, expected);
                Assert.Equal(values[next], Encoding.UTF8.GetString(chunk.Utf8(i)));
                Assert.Equal(expected, chunk.EmbeddingOf(i));
                Assert.Equal(next / 2f, chunk.FirstOrderOf(i));
            }
        }

        Assert.Equal(vocabulary.Size, next);
        CheckNumbers(vocabulary, path);
    }

    [Fact]
    public void A_failure_of_a_column_is_the_statements()
    {
        using Workspace work = new();
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(work.Write("a.csv", "label,a\n0,x\n1,y\n"), new FieldConfig { Name = "a" }));
        VocabularyColumn failing = VocabularyColumn.Of("size", (int id) => id < 3 ? id : throw new InvalidOperationException("no third"));
        DataException refused = Assert.Throws<DataException>(
            () => dataset.Vocabularies[0].WriteParquet(Path.Combine(work.Folder, "x.parquet"), [failing], TestContext.Current.CancellationToken));
        Assert.Contains("no third", refused.Message, StringComparison.Ordinal);
    }

    private static void CheckNumbers(Vocabulary vocabulary, string path)
    {
        long[] counts = vocabulary.ReadCounts();
        int next = 0;
        using RowSource rows = RowSource.Open(path, TestContext.Current.CancellationToken);
        foreach (RawChunk chunk in rows.ReadChunks(["value", "count", "size"]))
        {
            for (int i = 0; i < chunk.Count; i++, next++)
            {
                Assert.Equal(next < 2, chunk[0, i] is null);
                Assert.Equal(counts[next], long.Parse(chunk[1, i]!, CultureInfo.InvariantCulture));
                Assert.Equal(next % 3, int.Parse(chunk[2, i]!, CultureInfo.InvariantCulture));
            }
        }

        Assert.Equal(counts.Length, next);
    }

    private static void Fill(int id, Span<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (id * 1.25f) + i;
        }
    }
}
