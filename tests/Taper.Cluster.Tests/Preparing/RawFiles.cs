using System.Globalization;
using System.Text;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Cluster.Tests.Preparing;

/// <summary>A temporary folder with some raw files of all kinds of fields, whose order of rows matters.</summary>
internal sealed class RawFiles : IDisposable
{
    private static readonly FieldConfig[] Fields =
    [
        new() { Name = "user", MinCount = 2 },
        new() { Name = "tags", Kind = FieldKind.MultiValued },
        new() { Name = "price", Kind = FieldKind.Numeric },
        new() { Name = "age", Kind = FieldKind.Bucketed },
    ];

    public RawFiles(int files, int users)
    {
        for (int file = 0; file < files; file++)
        {
            StringBuilder rows = new("label,user,tags,price,age,time\n");
            for (int row = 0; row < 400; row++)
            {
                int number = (row * 7919) + (file * 104_729);
                rows.Append(CultureInfo.InvariantCulture, $"{(row ^ (row >> 3)) & 1},user {number % users},t{number % 5}|t{number % 7},{number % 1000 / 7.0:R},{number % 90},{number % 977}.5\n");
            }

            File.WriteAllText(Path.Combine(Folder, $"rows-{file}.csv"), rows.ToString());
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("taper-raw-").FullName;

    public DataConfig Config { get; } = new()
    {
        Sources = [new SourceConfig { Name = "all", Path = "rows-*.csv" }],
        Fields = Fields,
        Split = new SplitConfig { Hash = new HashSplit { Columns = ["user", "age"] } },
    };

    public PreparingPlan Plan(int parts, int shards) =>
        new() { Config = Config, BaseFolder = Folder, OutFolder = Path.Combine(Folder, "cluster"), Parts = parts, Shards = shards };

    public static IReadOnlyList<string> Bytes(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(folder, file)} {Checksum.OfFile(file)}")];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
