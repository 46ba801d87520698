using System.Text;
using CsCheck;
using Taper.Data.Duck;
using Taper.Data.Preparing;

namespace Taper.Data.Tests;

/// <summary>Codes and ranks against dictionaries and sorting by strings of bytes.</summary>
public sealed class ValueCodesTests
{
    /// <summary>Short and long texts, many alike up to the last byte, with zeros and letters of several bytes.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab\0é"], 0, 5],
        Gen.Select(Gen.Int[0, 14], Gen.String[Gen.Char["ab\0é"], 0, 2], (length, end) => new string('a', length) + end),
        Gen.Int[0, 30].Select(number => $"a long text with the number {number}"));

    [Fact]
    public void Every_value_has_a_code_of_its_own() => Text.Array[0, 5_000].Sample(
        texts =>
        {
            (ValueCodes codes, int[] coded) = Encode(texts);
            Dictionary<string, int> known = [];
            foreach ((string text, int code) in texts.Zip(coded))
            {
                Assert.Equal(text.Length == 0, code == ValueCodes.Missing);
                Assert.Equal(text.Length == 0 ? code : known.GetValueOrDefault(text, code), code);
                known[text] = code;
            }

            known.Remove("");
            Assert.Equal(known.Count, codes.Count);
            Assert.All(known, value => Assert.Equal(value.Key, Encoding.UTF8.GetString(codes[value.Value].Utf8)));
        },
        iter: 30);

    [Fact]
    public void Values_rank_by_count_then_by_bytes() => Gen.Select(Text.Array[0, 3_000], Gen.Long[1, 4], Gen.Int[0, 40]).Sample(
        (texts, least, most) =>
        {
            (ValueCodes codes, int[] coded) = Encode(texts);
            long[] counts = new long[codes.Count];
            foreach (int code in coded.Where(code => code != ValueCodes.Missing))
            {
                counts[code]++;
            }

            RankedValues ranked = new(codes, counts, new FieldConfig { Name = "field", MinCount = least, MaxVocabulary = most });
            List<string> expected = [.. texts.Where(text => text.Length > 0).GroupBy(text => text, StringComparer.Ordinal)
                .Where(group => group.Count() >= least)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => Convert.ToHexString(Encoding.UTF8.GetBytes(group.Key)), StringComparer.Ordinal)
                .Select(group => group.Key)
                .Take(most > 0 ? most : int.MaxValue)];
            Assert.Equal(expected.Count + Vocabulary.Reserved, ranked.Size);
            Assert.All(texts.Zip(coded), value => Assert.Equal(
                value.First.Length == 0 ? Vocabulary.Missing
                : expected.Contains(value.First) ? expected.IndexOf(value.First) + Vocabulary.Reserved
                : Vocabulary.Unknown,
                ranked.Ids[value.Second]));
        },
        iter: 30);

    [Fact]
    public void Many_threads_agree()
    {
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        ValueCodes codes = new("values");
        database.Define("code", codes);
        database.Execute("SET threads = 8", "testing");
        database.Execute("CREATE TABLE texts AS SELECT CASE WHEN i % 10 > 0 THEN concat(repeat('x', i % 20), i * i % 60_000) END AS value FROM range(600_000) t(i)", "testing");
        database.Execute("CREATE TABLE coded AS SELECT value, code(value) AS code FROM texts", "testing");
        Assert.Equal(codes.Count, database.Number("SELECT count(DISTINCT value) FROM texts", "testing"));
        Assert.Equal(codes.Count, database.Number("SELECT count(*) FROM (SELECT DISTINCT value, code FROM coded WHERE value IS NOT NULL)", "testing"));
        Assert.Equal(0, database.Number($"SELECT count(*) FROM coded WHERE (value IS NULL) <> (code = {ValueCodes.Missing})", "testing"));
    }

    private static (ValueCodes Codes, int[] Coded) Encode(string[] texts)
    {
        using Database database = Database.InMemory(TestContext.Current.CancellationToken);
        ValueCodes codes = new("values");
        database.Define("code", codes);
        database.Execute("CREATE TABLE texts (value VARCHAR, number BIGINT)", "testing");
        using (Appender appender = database.Append("texts", "testing"))
        {
            foreach (string text in texts)
            {
                appender.Append(Encoding.UTF8.GetBytes(text), 0);
            }

            appender.Finish();
        }

        List<int> coded = [];
        using ChunkStream stream = database.Stream("SELECT code(value) FROM texts", "testing");
        while (stream.Next())
        {
            coded.AddRange(stream.Column<int>(0));
        }

        return (codes, [.. coded]);
    }
}
