using System.Text;
using Taper.Data.Duck;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

/// <summary>Parquet files of embeddings as other programs write them, good and bad.</summary>
public sealed class EmbeddingSourceTests
{
    private const int Rows = 5000;

    [Theory]
    [InlineData("FLOAT[]")]
    [InlineData("DOUBLE[]")]
    [InlineData("FLOAT[2]")]
    [InlineData("DOUBLE[2]")]
    public void Rows_come_in_order_whatever_they_are_stored_as(string type)
    {
        using Workspace work = new();
        string path = Parquet(work, $"SELECT i AS id, [i, i / 4.0]::{type} AS v, (i / 8.0)::FLOAT AS w FROM range({Rows}) t(i)");
        Assert.True(EmbeddingSource.IsParquet(path));
        using EmbeddingSource source = EmbeddingSource.Open(path, TestContext.Current.CancellationToken);
        Assert.Equal(["id", "v", "w"], source.Columns);
        int next = 0;
        foreach (EmbeddingChunk chunk in source.ReadChunks(new EmbeddingColumns("V", "ID", "W")))
        {
            for (int i = 0; i < chunk.Count; i++, next++)
            {
                Assert.Equal($"{next}", Encoding.UTF8.GetString(chunk.Utf8(i)));
                Assert.Equal([next, next / 4f], chunk.EmbeddingOf(i));
                Assert.Equal(next / 8f, chunk.FirstOrderOf(i));
            }
        }

        Assert.Equal(Rows, next);
    }

    [Fact]
    public void A_value_may_be_NULL_and_values_and_first_order_weights_left_out()
    {
        using Workspace work = new();
        string path = Parquet(work, "SELECT NULL::VARCHAR AS value, [1]::FLOAT[] AS embedding");
        using EmbeddingSource source = EmbeddingSource.Open(path, TestContext.Current.CancellationToken);
        foreach (string? value in (string?[])["value", null])
        {
            foreach (EmbeddingChunk chunk in source.ReadChunks(new EmbeddingColumns("embedding", value, null)))
            {
                Assert.Equal(1, chunk.Count);
                Assert.True(chunk.Utf8(0).IsEmpty);
                Assert.Equal([1f], chunk.EmbeddingOf(0));
                Assert.Equal(0, chunk.FirstOrderOf(0));
            }
        }
    }

    [Theory]
    [InlineData("SELECT 'a' AS value, 1.5::FLOAT AS embedding", "column embedding is of type FLOAT;")]
    [InlineData("SELECT 'a' AS value, [1]::INTEGER[] AS embedding", "column embedding is of type INTEGER[];")]
    [InlineData("SELECT 'a' AS value, [[1]]::FLOAT[][] AS embedding", "column embedding is of type FLOAT[][];")]
    [InlineData("SELECT 'a' AS value, [1]::FLOAT[] AS other", "there is no column embedding; the columns are value, other.")]
    [InlineData("SELECT 'a' AS other, [1]::FLOAT[] AS embedding", "there is no column value; the columns are other, embedding.")]
    [InlineData("SELECT 'a' AS value, []::FLOAT[] AS embedding", "row 0: embedding has no numbers;")]
    [InlineData("SELECT 'a' AS value, NULL::FLOAT[] AS embedding", "row 0: embedding is NULL;")]
    [InlineData("SELECT i AS value, CASE WHEN i = 4321 THEN [1] ELSE [1, 2] END::FLOAT[] AS embedding FROM range(5000) t(i)", "row 4321: embedding has 1 numbers, those before have 2;")]
    [InlineData("SELECT i AS value, CASE WHEN i = 4321 THEN NULL ELSE [1, 2] END::FLOAT[] AS embedding FROM range(5000) t(i)", "row 4321: embedding is NULL;")]
    [InlineData("SELECT i AS value, [1, CASE WHEN i = 4321 THEN NULL ELSE 2 END]::FLOAT[] AS embedding FROM range(5000) t(i)", "row 4321: embedding has a NULL at 1;")]
    [InlineData("SELECT 'a' AS value, [1, 'NaN'::FLOAT]::FLOAT[] AS embedding", "row 0: embedding has a number at 1 that is not finite as a float;")]
    [InlineData("SELECT 'a' AS value, [1e300]::DOUBLE[] AS embedding", "row 0: embedding has a number at 0 that is not finite as a float;")]
    public void What_is_no_table_is_refused_in_a_line(string select, string problem)
    {
        using Workspace work = new();
        string path = Parquet(work, select);
        Refused(path, new EmbeddingColumns("embedding", "value", null), problem);
    }

    [Theory]
    [InlineData("NULL::FLOAT", "row 0: w is NULL or not finite;")]
    [InlineData("'inf'::DOUBLE", "row 0: w is NULL or not finite;")]
    [InlineData("'1'", "column w is of type VARCHAR;")]
    public void A_first_order_weight_is_a_finite_number(string weight, string problem)
    {
        using Workspace work = new();
        Refused(Parquet(work, $"SELECT [1]::FLOAT[] AS embedding, {weight} AS w"), new EmbeddingColumns("embedding", null, "w"), problem);
    }

    [Fact]
    public void A_file_that_is_no_Parquet_is_told_apart_and_a_damaged_one_refused()
    {
        using Workspace work = new();
        Assert.False(EmbeddingSource.IsParquet(work.Write("a.parquet", "PAR")));
        Assert.False(EmbeddingSource.IsParquet(work.Write("b.parquet", "value,embedding\n")));
        Assert.False(EmbeddingSource.IsParquet(Path.Combine(work.Folder, "none.parquet")));
        byte[] bytes = File.ReadAllBytes(Parquet(work, "SELECT [1]::FLOAT[] AS embedding"));
        string cut = Path.Combine(work.Folder, "cut.parquet");
        File.WriteAllBytes(cut, bytes[..^20]);
        Assert.True(EmbeddingSource.IsParquet(cut));
        Assert.Contains(cut, Assert.Throws<DataException>(() => EmbeddingSource.Open(cut, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static void Refused(string path, EmbeddingColumns columns, string problem)
    {
        using EmbeddingSource source = EmbeddingSource.Open(path, TestContext.Current.CancellationToken);
        string message = Assert.Throws<ArtifactException>(() =>
        {
            foreach (EmbeddingChunk chunk in source.ReadChunks(columns))
            {
                for (int i = 0; i < chunk.Count; i++)
                {
                    chunk.EmbeddingOf(i);
                    chunk.FirstOrderOf(i);
                }
            }
        }).Message;
        Assert.StartsWith($"{path}: {problem}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static string Parquet(Workspace work, string select)
    {
        string path = Path.Combine(work.Folder, "embeddings.parquet");
        using Database database = Database.InMemory();
        database.Execute($"COPY ({select}) TO {Sql.Text(path)} (FORMAT parquet)", "writing");
        return path;
    }
}
