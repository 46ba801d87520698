using System.Globalization;
using CsCheck;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Tests;

/// <summary>SQL and .NET must agree: datasets are prepared by one and scored by the other.</summary>
public sealed class SqlTests
{
    [Fact]
    public void The_log_bucket_is_that_of_scoring()
    {
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        Gen.OneOf(Gen.Double, Gen.Double[-10, 10], Gen.Int[-2_000, 2_000].Select(number => (double)number), Gen.Int[0, 1_000].Select(power => Math.Pow(2, power) - 1))
            .Select(number => number.ToString("R", CultureInfo.InvariantCulture)).Array[300].Sample(
                texts => Agree(database, texts), iter: 20);
    }

    [Theory]
    [InlineData("1_000", "+5", " 7 ", "1e3", "1E-3", ".5", "5.", "-0", "0", "1e400", "-1e400")]
    [InlineData("", "abc", "1,000", "0x1F", "inf", "-Infinity", "NaN", "nan", "true", "1d", "--1")]
    public void So_is_what_counts_as_a_number(params string[] texts)
    {
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        Agree(database, texts);
    }

    [Fact]
    public void Names_and_texts_may_hold_quotes()
    {
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        database.Execute($"CREATE TABLE {Sql.Name("a\"b")} AS SELECT {Sql.Text("it's")} AS {Sql.Name("c d\"")}", "testing");
        Assert.Equal("it's", database.Scalar($"SELECT {Sql.Name("c d\"")} FROM {Sql.Name("a\"b")}", "testing"));
    }

    private static void Agree(Database database, string[] texts)
    {
        string bucket = Sql.LogBucketOf(Sql.Number("text"));
        IReadOnlyList<IReadOnlyList<string?>> rows = database.Rows(
            $"SELECT text, coalesce({bucket}, '') FROM (SELECT unnest({Sql.List(texts)}) AS text)", "testing");
        foreach (IReadOnlyList<string?> row in rows)
        {
            Assert.Equal((row[0], LogBucket.OfText(row[0])), (row[0], row[1]));
        }
    }
}
