using Taper.Configuration;

namespace Taper.Data.Tests;

public sealed class JoinTests
{
    private static DataConfig Config(JoinKind kind = JoinKind.Left) => new()
    {
        Sources = [new SourceConfig { Name = "ratings", Path = "ratings.csv" }, new SourceConfig { Name = "movies", Path = "movies.csv" }],
        Joins = [new JoinConfig { Source = "movies", On = ["movie"], Kind = kind }],
        Label = "rating >= 4",
        Fields = [new FieldConfig { Name = "movie" }, new FieldConfig { Name = "genre" }, new FieldConfig { Name = "added", Column = "movies_time" }],
        Split = new SplitConfig { Files = new FilesSplit { Train = "ratings" } },
    };

    [Theory]
    [InlineData(JoinKind.Left, "m2 m9 m1 m2", "drama  comedy drama")]
    [InlineData(JoinKind.Inner, "m2 m1 m2", "drama comedy drama")]
    public void Columns_are_added_in_the_order_of_the_examples(JoinKind kind, string movies, string genres)
    {
        using Workspace work = Write("m1,comedy,11\nm2,drama,12\nm3,war,13\n");
        using Dataset dataset = work.BuildAndOpen(Config(kind));
        Assert.Equal(movies, Texts(dataset, 0));
        Assert.Equal(genres, Texts(dataset, 1));
        Assert.Equal(["", "", "12", "11"], dataset.Vocabularies[2].Values.ToArray());
    }

    [Fact]
    public void A_key_that_would_repeat_examples_is_refused()
    {
        using Workspace work = Write("m1,comedy,11\nm1,drama,12\n");
        DataException refused = Assert.Throws<DataException>(() => work.Build(Config()));
        Assert.Contains("more than one row with movie = m1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_sees_the_sources_and_the_examples()
    {
        using Workspace work = Write("m1,comedy,11\nm2,drama,12\n");
        using Dataset dataset = work.BuildAndOpen(Config() with
        {
            Joins = [],
            Query = "SELECT e.movie, upper(genre) AS genre, m.time AS movies_time, CAST(rating AS DOUBLE) AS rating FROM examples e JOIN movies m USING (movie); ",
        });
        Assert.Equal("COMEDY DRAMA DRAMA", Texts(dataset, 1));
    }

    [Theory]
    [InlineData("SELECT * FROM nowhere")]
    [InlineData("SELEC")]
    public void A_wrong_query_is_a_wrong_config(string query)
    {
        using Workspace work = Write("m1,comedy,11\n");
        ConfigException refused = Assert.Throws<ConfigException>(() => work.Build(Config() with { Joins = [], Query = query }));
        Assert.StartsWith("data.query: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private static string Texts(Dataset dataset, int field)
    {
        string[] values = dataset.Vocabularies[field].Values.ToArray();
        return string.Join(' ', dataset.Split("train").Column(field).Ids.ToArray().Select(id => values[id]));
    }

    private static Workspace Write(string movies)
    {
        Workspace work = new();
        work.Write("ratings.csv", "movie,rating,time\nm2,3.5,1\nm9,2,2\nm1,4,3\nm2,4.5,4\n");
        work.Write("movies.csv", $"movie,genre,time\n{movies}");
        return work;
    }
}
