using System.Globalization;
using System.Text;
using Taper.Data;
using Taper.Embeddings.Features;

namespace Taper.Training.Tests;

/// <summary>A small prepared dataset of every kind of field, with a signal in it; the same each time.</summary>
public sealed class TinyDataset : IDisposable
{
    private const int Rows = 1500;
    private readonly string _root = Directory.CreateTempSubdirectory("taper-training-").FullName;

    public TinyDataset()
        : this(20211101, users: 40, after: null)
    {
    }

    private TinyDataset(int seed, int users, string? after)
    {
        var random = new Random(seed);
        var csv = new StringBuilder("user,item,also,tags,moods,price,label\n");
        for (int i = 0; i < Rows; i++)
        {
            int user = Skewed(random, users), item = Skewed(random, 60);
            string tags = string.Join('|', Enumerable.Range(0, random.Next(0, 4)).Select(_ => "t" + Skewed(random, 12)));
            string moods = string.Join('|', Enumerable.Range(0, random.Next(1, 3)).Select(_ => "m" + random.Next(5)));
            double logit = Math.Sin(user * 1.7) + Math.Cos(item * 0.9) + (0.5 * Math.Sin(user * item));
            int label = random.NextDouble() < 1 / (1 + Math.Exp(-2 * logit)) ? 1 : 0;
            csv.Append(CultureInfo.InvariantCulture, $"u{user},i{item},i{Skewed(random, 60)},{tags},{moods},{random.NextDouble() * 9:0.00},{label}\n");
        }

        File.WriteAllText(Path.Combine(_root, "rows.csv"), csv.ToString());
        if (after is null)
        {
            DatasetBuilder.Build(Config, _root, Folder);
        }
        else
        {
            DatasetBuilder.BuildAfter(Config, _root, after, Folder);
        }

        Dataset = Dataset.Open(Folder);
    }

    /// <summary>A dataset with other rows, and users that the first lacks.</summary>
    public static TinyDataset Other() => new(7, users: 60, after: null);

    /// <summary>A dataset that goes on from this one with those rows.</summary>
    public TinyDataset Next() => new(7, users: 60, Folder);

    public string Folder => Path.Combine(_root, "dataset");

    public Dataset Dataset { get; }

    private static DataConfig Config => new()
    {
        Name = "tiny",
        Sources = [new SourceConfig { Name = "rows", Path = "rows.csv" }],
        Fields =
        [
            new FieldConfig { Name = "user" },
            new FieldConfig { Name = "item" },
            new FieldConfig { Name = "also", Vocabulary = "item" },
            new FieldConfig { Name = "tags", Kind = FieldKind.MultiValued, Pooling = Pooling.Mean },
            new FieldConfig { Name = "moods", Kind = FieldKind.MultiValued, Pooling = Pooling.Sum },
            new FieldConfig { Name = "price", Kind = FieldKind.Numeric },
        ],
        Split = new SplitConfig { Hash = new HashSplit { Columns = ["user", "item", "price"], Validation = 0.2, Test = 0.2 } },
    };

    /// <summary>A folder that is not there yet.</summary>
    public string NewFolder() => Path.Combine(_root, Path.GetRandomFileName());

    /// <summary>The first batch of the training split.</summary>
    public Batch FirstBatch(int size)
    {
        Examples train = Dataset.Split("train");
        return new BatchReader(Dataset, train, size).Read(ExampleOrder.Sequential(train.Count)).First();
    }

    public void Dispose()
    {
        Dataset.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static int Skewed(Random random, int values) => (int)(values * Math.Pow(random.NextDouble(), 3));
}
