using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

/// <summary>Datasets that go on from an earlier one.</summary>
public sealed class EarlierCountsTests
{
    private const string Yesterday = """
        label,a,b,n
        0,x,y|x,1
        1,x,x,3
        0,y,,5
        1,x,z|z|z,7
        0,a value of more than twelve bytes,z,9

        """;

    private const string Today = """
        label,a,b,n
        0,y,new,100
        1,w,y,200
        0,y,x,300
        1,,x,400

        """;

    private static readonly FieldConfig[] Fields =
    [
        new FieldConfig { Name = "a" },
        new FieldConfig { Name = "b", Kind = FieldKind.MultiValued },
        new FieldConfig { Name = "n", Kind = FieldKind.Numeric },
    ];

    [Fact]
    public void Values_stay_counts_add_up_and_numbers_are_standardised_as_before()
    {
        using Workspace work = new();
        using Dataset dataset = After(work, null, Fields);
        Assert.Equal(["", "", "x", "y", "a value of more than twelve bytes", "w"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal([0, 1, 3, 3, 1, 1], dataset.Vocabularies[0].ReadCounts());
        Assert.Equal(["", "", "x", "z", "y", "new"], dataset.Vocabularies[1].Values.ToArray());
        Assert.Equal([0, 1, 4, 4, 2, 1], dataset.Vocabularies[1].ReadCounts());
        Assert.Equal([3, 5, 3, 1], dataset.Split("train").Column(0).Ids.ToArray());
        Assert.Equal((5, Math.Sqrt(8)), (dataset.Fields[2].Mean, dataset.Fields[2].StandardDeviation));
        Assert.Equal((float)((100 - 5) / Math.Sqrt(8)), dataset.Split("train").Column(2).Values[0]);
    }

    [Fact]
    public void Earlier_counts_fade_and_values_below_the_minimum_are_forgotten()
    {
        using Workspace work = new();
        using Dataset dataset = After(work, 0.5, Fields);
        Assert.Equal(["", "", "y", "w", "x"], dataset.Vocabularies[0].Values.ToArray()); // x: 3 -> 1, y: 1 -> 0, and 2 today
        Assert.Equal([0, 1, 2, 1, 1], dataset.Vocabularies[0].ReadCounts());
        FieldConfig[] rare = [Fields[0] with { MinCount = 2 }, .. Fields[1..]];
        using Dataset least = After(work, 0.5, rare);
        Assert.Equal(["", "", "y"], least.Vocabularies[0].Values.ToArray());
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_and_names_what_it_goes_on_from()
    {
        using Workspace work = new();
        using Dataset one = After(work, 0.9, Fields), two = After(work, 0.9, Fields), other = After(work, 0.5, Fields);
        Assert.Equal(one.Fingerprint, two.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
        Assert.NotNull(one.Manifest.After);
        using Dataset begins = work.BuildAndOpen(Config(work, Today, Fields));
        Assert.Null(begins.Manifest.After);
    }

    [Fact]
    public void A_dataset_does_not_go_on_from_itself()
    {
        using Workspace work = new();
        work.Build(Config(work, Yesterday, Fields));
        string message = Assert.Throws<DataException>(
            () => DatasetBuilder.BuildAfter(Config(work, Today, Fields), work.Folder, work.Out, work.Out, cancellation: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("name another folder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucketed_field_may_be_empty_on_a_later_day_and_fields_may_share_a_vocabulary()
    {
        using Workspace work = new();
        FieldConfig[] fields = [new FieldConfig { Name = "u", Vocabulary = "v" }, new FieldConfig { Name = "w", Vocabulary = "v" }, new FieldConfig { Name = "n", Kind = FieldKind.Bucketed }];
        string one = work.Write("one.csv", "label,u,w,n\n0,a,b,1\n1,a,a,7\n"), two = work.Write("two.csv", "label,u,w,n\n0,c,a,\n1,b,b,\n");
        string earlier = Path.Combine(work.Folder, "earlier");
        work.Build(Workspace.OneFile(one, fields), earlier);
        DatasetBuilder.BuildAfter(Workspace.OneFile(two, fields), work.Folder, earlier, work.Out, cancellation: TestContext.Current.CancellationToken);
        using Dataset dataset = Dataset.Open(work.Out);
        Assert.Equal(["", "", "a", "b", "c"], dataset.Vocabularies[0].Values.ToArray());
        Assert.Equal([0, 0, 4, 3, 1], dataset.Vocabularies[0].ReadCounts());
        Assert.Equal(2, dataset.Vocabularies[1].Size - 2);
        Assert.Equal([0, 2, 1, 1], dataset.Vocabularies[1].ReadCounts());
    }

    [Fact]
    public void Other_fields_are_refused()
    {
        using Workspace work = new();
        string message = Assert.Throws<DataException>(() => After(work, null, [Fields[0] with { Vocabulary = "shared" }, .. Fields[1..]])).Message;
        Assert.Contains("other fields", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>Today's dataset after yesterday's of the plain fields.</summary>
    private static Dataset After(Workspace work, double? decay, FieldConfig[] fields)
    {
        string earlier = Path.Combine(work.Folder, $"{Guid.NewGuid()}"), later = Path.Combine(work.Folder, $"{Guid.NewGuid()}");
        DatasetBuilder.Build(Config(work, Yesterday, Fields), work.Folder, earlier);
        DatasetBuilder.BuildAfter(Config(work, Today, fields) with { CountDecay = decay }, work.Folder, earlier, later);
        return Dataset.Open(later);
    }

    private static DataConfig Config(Workspace work, string rows, FieldConfig[] fields) =>
        Workspace.OneFile(work.Write(rows == Today ? "today.csv" : "yesterday.csv", rows), fields) with { Name = "days" };
}
