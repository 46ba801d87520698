using System.Runtime.CompilerServices;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

/// <summary>The bundled MovieLens data, through a query, from raw files to batches.</summary>
public sealed class MovieLensTests
{
    private static DataConfig Config => new()
    {
        Name = "movielens",
        Sources =
        [
            new SourceConfig { Name = "ratings", Path = "ratings.csv" },
            new SourceConfig { Name = "movies", Path = "movies.csv" },
        ],
        Query = """
            SELECT userId, movieId, rating, genres,
                   regexp_extract(title, '\((\d{4})\)\s*$', 1) AS year
            FROM examples JOIN movies USING (movieId)
            """,
        Label = "rating >= 4",
        Fields =
        [
            new FieldConfig { Name = "user", Column = "userId" },
            new FieldConfig { Name = "movie", Column = "movieId" },
            new FieldConfig { Name = "year" },
            new FieldConfig { Name = "genres", Kind = FieldKind.MultiValued },
        ],
        Split = new SplitConfig { Hash = new HashSplit { Columns = ["userId", "movieId"], Seed = 7 } },
    };

    [Fact]
    public void All_ratings_arrive_in_batches_with_the_label_of_the_whole_rating()
    {
        using Workspace work = new();
        DatasetSummary summary = DatasetBuilder.Build(Config, BundledFolder(), work.Out, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(100_836, summary.Splits.Sum(split => split.Rows));

        // 48,580 ratings are 4 or more; 13,136 of 3.5 would be too if they were rounded.
        Assert.Equal(48_580, summary.Splits.Sum(split => split.Positives));
        Assert.InRange(summary.Splits[1].Rows, 9_500, 10_700);

        using Dataset dataset = Dataset.Open(work.Out);
        Assert.Equal(["user", "movie", "year", "genres"], dataset.Fields.Select(field => field.Name));
        Assert.Equal(22, dataset.Vocabularies[3].Size);
        Assert.Equal("Drama", dataset.Vocabularies[3].Values.ToArray()[2]);

        Examples train = dataset.Split("train");
        BatchReader reader = new(dataset, train, 4096);
        long[] seen = new long[dataset.TableRows];
        int count = 0;
        foreach (Batch batch in reader.Read(ExampleOrder.Shuffled(train.Count, seed: 1, epoch: 0)))
        {
            count += batch.Count;
            for (int field = 0; field < 4; field++)
            {
                foreach (int row in batch.Rows(field))
                {
                    seen[row]++;
                }
            }
        }

        Assert.Equal(train.Count, count);
        foreach (Vocabulary vocabulary in dataset.Vocabularies)
        {
            Assert.Equal(vocabulary.ReadCounts(), seen[vocabulary.FirstRow..(vocabulary.FirstRow + vocabulary.Size)]);
        }
    }

    private static string BundledFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../data/movielens-latest-small"));
}
