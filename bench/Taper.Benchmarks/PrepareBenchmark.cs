using Taper.Data;
using Taper.Data.Duck;
using Taper.Data.Synthetic;

namespace Taper.Benchmarks;

/// <summary>
/// Preparing a CSV file (2 million examples × 6 fields: counted, ranked, split, encoded, written with checksums) over DuckDB
/// doing no more than reading the same file and counting the values of every field.
/// </summary>
internal static class PrepareBenchmark
{
    private const int Rounds = 3;
    private static readonly SyntheticConfig Config = new() { Rows = 2_000_000, Vocabularies = [500_000, 100_000, 20_000, 5_000, 1_000, 100] };

    public static Figures Run()
    {
        string folder = Directory.CreateTempSubdirectory("taper-prepare-").FullName;
        try
        {
            string path = Path.Combine(folder, "rows.csv");
            SyntheticData.Write(path, Config);
            double megabytes = new FileInfo(path).Length / 1e6;
            double[] times = Timing.Medians(Rounds, _ => ReadAndCount(path), turn => Prepare(folder, turn));
            Figures figures = new();
            figures.Add("countMegabytesPerSecond", 1000 * megabytes / times[0], "DuckDB: read and count the values of every field");
            figures.Add("prepareMegabytesPerSecond", 1000 * megabytes / times[1], "taper prepare's work");
            figures.Add("prepareOverCount", times[0] / times[1], "speed; at least 0.5 is the aim");
            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Read once into a table, as whoever counts six fields would, then count.</summary>
    private static void ReadAndCount(string path)
    {
        using Database database = Database.InMemory();
        database.Execute($"CREATE TABLE rows AS SELECT * FROM read_csv({Sql.Text(path)}, all_varchar = true)", "reading");
        for (int field = 0; field < Config.Vocabularies.Count; field++)
        {
            database.Execute($"CREATE TABLE counts{field} AS SELECT f{field}, count(*) FROM rows GROUP BY f{field}", "counting");
        }
    }

    private static void Prepare(string folder, int turn)
    {
        DataConfig config = new()
        {
            Name = "prepare",
            Sources = [new SourceConfig { Name = "made", Path = "rows.csv" }],
            Fields = [.. Config.Vocabularies.Select((_, field) => new FieldConfig { Name = $"f{field}" })],
            Split = new SplitConfig { Hash = new HashSplit { Columns = ["f0", "f1", "f2"], Validation = 0.1, Test = 0.1 } },
        };
        string dataset = Path.Combine(folder, $"dataset{turn}");
        DatasetBuilder.Build(config, folder, dataset);
        Directory.Delete(dataset, recursive: true);
    }
}
