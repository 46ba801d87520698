using CsCheck;
using Taper.Embeddings.Storage;
using Taper.Studies.Results;

namespace Taper.Studies.Tests;

public sealed class ResultsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-results-").FullName;

    public static RunResult Row(string method = "amtl", long seed = 1, double? budget = 0.25, double auc = 0.8) => new()
    {
        Dataset = "d",
        Network = "default",
        Method = method,
        Budget = budget,
        Seed = seed,
        Trial = null,
        Chosen = "a=[1, 2] b=\"x\"",
        Precision = "fp32",
        ValidationAuc = auc,
        ValidationLogloss = 0.1 + 0.2,
        TestAuc = auc,
        TestLogloss = 0.5,
        Parameters = 40,
        FixedParameters = 160,
        MeanSize = 4,
        Values = 10,
        EmbeddingBytes = 400,
        BundleBytes = 500,
        BytesPerValue = 40,
        TrainingBytes = 1000,
        PeakMemoryBytes = 5000,
        Seconds = 2,
        SamplesPerSecond = 1e5 / 3,
        Epochs = 3,
        BestEpoch = 2,
        Threads = 1,
        Hash = $"{method}{seed}",
        Version = "0.1.0",
        Commit = "",
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Rows_come_back_as_they_were_in_the_order_of_their_names()
    {
        RunResult[] rows = [Row(seed: 10), Row("fixed"), Row(seed: 9), Row(budget: null) with { Trial = 3, TestAuc = null, ValidationAuc = double.NaN }];
        ResultsFile.Write(At("a.csv"), rows);
        Assert.Equal([rows[2], rows[0], rows[3], rows[1]], ResultsFile.Read(At("a.csv")));

        ResultsFile.Write(At("b.csv"), rows.Reverse());
        Assert.Equal(File.ReadAllText(At("a.csv")), File.ReadAllText(At("b.csv")));
    }

    [Fact]
    public void Any_cells_come_back() => Gen.String[Gen.Char[' ', '~'], 0, 9].Array[1, 5].Sample(cells =>
        Assert.Equal(cells, CsvText.Cells(CsvText.Line(cells))));

    [Fact]
    public void A_file_of_an_older_version_lacks_columns_and_is_read()
    {
        ResultsFile.Write(At("a.csv"), [Row()]);
        string[] lines = File.ReadAllLines(At("a.csv"));
        int gauc = lines[0].Split(',').Index().Single(cell => cell.Item == "test_gauc").Index;
        File.WriteAllLines(At("a.csv"), lines.Select(line => CsvText.Line(CsvText.Cells(line).Where((_, column) => column != gauc))));
        Assert.Equal(Row(), Assert.Single(ResultsFile.Read(At("a.csv"))));
    }

    [Theory]
    [InlineData("40,", "x,", ":2:", "holds 'x'")]
    [InlineData("fp32,", "", ":2:", "cells under")]
    [InlineData("hash", "hush", "holds no results")]
    public void What_is_no_result_is_named(string text, string other, params string[] words)
    {
        ResultsFile.Write(At("a.csv"), [Row()]);
        File.WriteAllText(At("a.csv"), File.ReadAllText(At("a.csv")).Replace(text, other, StringComparison.Ordinal));
        string message = Assert.Throws<ArtifactException>(() => ResultsFile.Read(At("a.csv"))).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parquet_holds_the_same_rows()
    {
        ResultsFile.Write(At("a.csv"), [Row(), Row("fixed", auc: double.NaN)]);
        ParquetFile.Write(At("a.csv"), At("a.parquet"));
        using DuckDB.NET.Data.DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT method, typeof(seed), test_auc, chosen, trial FROM '{At("a.parquet")}'";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(("amtl", "BIGINT", 0.8, Row().Chosen, true), (reader.GetString(0), reader.GetString(1), reader.GetDouble(2), reader.GetString(3), reader.IsDBNull(4)));
        Assert.True(reader.Read());
        Assert.Equal(double.NaN, reader.GetDouble(2));
        Assert.False(reader.Read());
    }

    private string At(string name) => Path.Combine(_folder, name);
}
