using System.Text;
using CsCheck;
using Taper.Data.Duck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

public sealed class VocabularyTests
{
    private const string File = """
        label,a,b,n
        0,x,y|x,1.5
        1,x,x,
        0,y,,3
        1,é,z|z|z,huh
        0,z,|,-3
        1,,w,100

        """;

    [Fact]
    public void Ids_fall_with_the_count_and_rise_with_the_text()
    {
        using Workspace work = new();
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(work.Write("a.csv", File), new FieldConfig { Name = "a" }));
        Vocabulary vocabulary = dataset.Vocabularies[0];
        Assert.Equal(["", "", "x", "y", "z", "é"], vocabulary.Values.ToArray());
        Assert.Equal([0, 1, 2, 1, 1, 1], vocabulary.ReadCounts());
        Assert.Equal([2, 2, 3, 5, 4, 1], dataset.Split("train").Column(0).Ids.ToArray());
    }

    [Fact]
    public void A_list_has_every_value_and_an_empty_one_is_missing()
    {
        using Workspace work = new();
        using Dataset dataset = work.BuildAndOpen(
            Workspace.OneFile(work.Write("a.csv", File), new FieldConfig { Name = "b", Kind = FieldKind.MultiValued, Pooling = Pooling.Sum }));
        Assert.Equal(Pooling.Sum, dataset.Fields[0].Pooling);
        Assert.Equal(["", "", "z", "x", "w", "y"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal([0, 2, 3, 2, 1, 1], dataset.Vocabularies[0].ReadCounts());
        FieldColumn column = dataset.Split("train").Column(0);
        Assert.Equal([5, 3, 3, 1, 2, 2, 2, 1, 4], column.Ids.ToArray());
        Assert.Equal([0, 2, 3, 4, 7, 8, 9], column.Offsets.ToArray());
    }

    [Fact]
    public void Rare_and_surplus_values_are_unknown()
    {
        using Workspace work = new();
        string file = work.Write("a.csv", File);
        using Dataset atLeastTwo = work.BuildAndOpen(Workspace.OneFile(file, new FieldConfig { Name = "a", MinCount = 2 }));
        Assert.Equal(["", "", "x"], atLeastTwo.Vocabularies[0].Values.ToArray());
        Assert.Equal([3, 1, 2], atLeastTwo.Vocabularies[0].ReadCounts());
        Assert.Equal([2, 2, 0, 0, 0, 1], atLeastTwo.Split("train").Column(0).Ids.ToArray());
        using Dataset atMostTwo = work.BuildAndOpen(Workspace.OneFile(file, new FieldConfig { Name = "a", MaxVocabulary = 2 }));
        Assert.Equal(["", "", "x", "y"], atMostTwo.Vocabularies[0].Values.ToArray());
    }

    [Fact]
    public void Fields_may_share_a_vocabulary()
    {
        using Workspace work = new();
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(
            work.Write("a.csv", File),
            new FieldConfig { Name = "a" },
            new FieldConfig { Name = "alone", Column = "a" },
            new FieldConfig { Name = "b", Kind = FieldKind.MultiValued, Vocabulary = "a" }));
        Assert.Equal(2, dataset.Vocabularies.Count);
        Assert.Equal(["", "", "x", "z", "y", "w", "é"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal([0, 3, 4, 4, 2, 1, 1], dataset.Vocabularies[0].ReadCounts());
        Assert.Equal(7, dataset.Vocabularies[1].FirstRow);
        Assert.Equal(13, dataset.TableRows);
        Assert.Same(dataset.VocabularyOf(dataset.Fields[0]), dataset.VocabularyOf(dataset.Fields[2]));
    }

    [Fact]
    public void Numbers_are_bucketed_or_standardised()
    {
        using Workspace work = new();
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(
            work.Write("a.csv", File),
            new FieldConfig { Name = "bucket", Column = "n", Kind = FieldKind.Bucketed },
            new FieldConfig { Name = "n", Kind = FieldKind.Numeric }));
        string[] texts = ["1.5", "", "3", "huh", "-3", "100"];
        string[] values = dataset.Vocabularies[0].Values.ToArray();
        Assert.Equal(texts.Select(text => LogBucket.OfText(text)), dataset.Split("train").Column(0).Ids.ToArray().Select(id => values[id]));

        double[] numbers = [1.5, 3, -3, 100];
        double mean = numbers.Average();
        double deviation = Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean)));
        Assert.Equal(mean, dataset.Fields[1].Mean, 1e-12);
        Assert.Equal(deviation, dataset.Fields[1].StandardDeviation, 1e-12);
        float[] expected = [(float)((1.5 - mean) / deviation), 0, (float)((3 - mean) / deviation), 0, (float)((-3 - mean) / deviation), (float)((100 - mean) / deviation)];
        Assert.Equal(expected, dataset.Split("train").Column(1).Values.ToArray());
        Assert.Equal("", dataset.Fields[1].Vocabulary);
        Assert.Equal(2, dataset.Manifest.FieldSummaries[1].Splits[0].Missing);
    }

    [Fact]
    public void Only_training_counts()
    {
        using Workspace work = new();
        work.Write("train.csv", "label,a\n0,x\n1,y\n");
        work.Write("test.csv", "label,a\n0,new\n1,y\n1,y\n0,\n");
        DataConfig config = new()
        {
            Sources = [new SourceConfig { Name = "one", Path = "train.csv" }, new SourceConfig { Name = "two", Path = "test.csv" }],
            Fields = [new FieldConfig { Name = "a" }],
            Split = new SplitConfig { Files = new FilesSplit { Train = "one", Test = "two" } },
        };
        using Dataset dataset = work.BuildAndOpen(config);
        Assert.Equal([0, 0, 1, 1], dataset.Vocabularies[0].ReadCounts());
        Assert.Equal([0, 3, 3, 1], dataset.Split("test").Column(0).Ids.ToArray());
        Assert.Equal(new FieldOccurrences("test", 3, 1, 1), dataset.Manifest.FieldSummaries[0].Splits[1]);
    }

    [Fact]
    public void Values_and_counts_of_many_row_groups_come_in_the_order_of_ids()
    {
        const int count = 300_000; // a row group has 122,880
        using Workspace work = new();
        string rows = string.Concat(Enumerable.Range(0, count).Select(row => $"{row % 2},{row:x6}{(row < 2 ? "\n0,000000" : "")}\n"));
        using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(work.Write("a.csv", "label,a\n" + rows), new FieldConfig { Name = "a" }));
        Assert.Equal(["", "", .. Enumerable.Range(0, count).Select(row => $"{row:x6}")], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal([0, 0, 3, .. Enumerable.Repeat(1L, count - 1)], dataset.Vocabularies[0].ReadCounts());
        List<long> streamed = [];
        dataset.Vocabularies[0].VisitCounts(counts => streamed.AddRange(counts));
        Assert.Equal([0, 0, 3, .. Enumerable.Repeat(1L, count - 1)], streamed);
    }

    [Theory]
    [InlineData(2, "VALUES (0, '', 0), (2, 'x', 1)")]
    [InlineData(3, "VALUES (0, '', 0), (2, 'x', 1), (1, '', 0)")]
    [InlineData(3, "VALUES (0, '', 0), (1, '', 0)")]
    [InlineData(1, "VALUES (0, '', 0), (1, '', 0)")]
    public void A_file_that_is_not_in_the_order_of_ids_is_refused(int size, string rows)
    {
        using Workspace work = new();
        string path = Path.Combine(work.Folder, "v.parquet");
        using (Database database = Database.InMemory(TestContext.Current.CancellationToken))
        {
            database.Execute($"COPY (SELECT id, value, CAST(count AS BIGINT) AS count FROM ({rows}) v (id, value, count)) TO {Sql.Text(path)} (FORMAT parquet)", "writing");
        }

        VocabularyFile file = new(path, size);
        Assert.Throws<ArtifactException>(() => file.Visit((_, _) => { }));
        Assert.Throws<ArtifactException>(file.ReadCounts);
        Assert.Throws<ArtifactException>(() => file.VisitCounts(_ => { }));
    }

    [Fact]
    public void Any_text_survives() => Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 12], Gen.String[Gen.Char[' ', '\u2fff'], 1, 6]).Array[2, 60].Sample(
        texts =>
        {
            using Workspace work = new();
            StringBuilder file = new("label,a\n");
            foreach ((string text, int row) in texts.Select((text, row) => (text, row)))
            {
                file.Append(row % 2).Append(",\"").Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\"\n");
            }

            using Dataset dataset = work.BuildAndOpen(Workspace.OneFile(work.Write("a.csv", file.ToString()), new FieldConfig { Name = "a" }));
            Vocabulary vocabulary = dataset.Vocabularies[0];
            string[] values = vocabulary.Values.ToArray();
            long[] counts = vocabulary.ReadCounts();
            Assert.Equal(texts, dataset.Split("train").Column(0).Ids.ToArray().Select(id => values[id]));
            for (int id = 3; id < vocabulary.Size; id++)
            {
                Assert.True(
                    counts[id] < counts[id - 1] || (counts[id] == counts[id - 1]
                    && Encoding.UTF8.GetBytes(values[id - 1]).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(values[id])) < 0));
            }
        },
        iter: 15,
        threads: 1);
}
