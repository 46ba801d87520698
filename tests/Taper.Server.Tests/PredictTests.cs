using System.Net;
using Taper.Models.Tests;

namespace Taper.Server.Tests;

/// <summary>The row-shaped façade: predict and rank.</summary>
public sealed class PredictTests
{
    private const string Predict = "/v1/models/random:predict";
    private const string Rank = "/v1/models/random:rank";

    [Fact]
    public async Task Predictions_are_those_of_the_reference()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        Answer answer = await server.PostAsync(Predict, """
            {"instances": [
              {"colour": "red", "other_colour": "gr\u00f6\u00dfe", "price": 2.5, "tags": ["war", "noir"], "year": "3"},
              {"tags": "drama||war", "colour": "x y", "price": "1.25", "year": 7.9},
              {}
            ], "signature_name": "serving_default"}
            """);
        Close(
            [
                model.Probability("red", "größe", "2.5", "war||noir", "3"),
                model.Probability("x y", "", "1.25", "drama||war", "7.9"),
                model.Probability("", "", "", "", ""),
            ],
            answer.Good().Floats("predictions"));
    }

    [Fact]
    public async Task Ranking_scores_each_item_with_the_users_part()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        const string Body = """
            {"user": {"colour": "red", "tags": ["war"]},
             "items": [{"other_colour": "blue", "price": 1}, {"other_colour": "green"}, {"price": 3}]
            """;
        double[] expected =
        [
            model.Probability("red", "blue", "1", "war", ""),
            model.Probability("red", "green", "", "war", ""),
            model.Probability("red", "", "3", "war", ""),
        ];
        Close(expected, (await server.PostAsync(Rank, Body + "}")).Good().Floats("scores"));

        Answer top = (await server.PostAsync(Rank, Body + ", \"top\": 2}")).Good();
        int[] best = [.. Enumerable.Range(0, 3).OrderByDescending(i => expected[i]).Take(2)];
        Assert.Equal(best, top.Json.GetProperty("ranking").EnumerateArray().Select(e => e.GetProperty("index").GetInt32()));
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "The body has to be an object")]
    [InlineData("{}", "no 'instances'")]
    [InlineData("""{"instances": {}}""", "'instances' has to be an array")]
    [InlineData("""{"instances": [1]}""", "Row 1 has to be an object")]
    [InlineData("""{"instances": [{}, {"coluor": "red"}]}""", "Row 2 has an unknown field 'coluor'", "did you mean 'colour'?")]
    [InlineData("""{"instances": [{"colour": "red", "colour": "red"}]}""", "'colour' twice")]
    [InlineData("""{"instances": [], "instances": []}""", "'instances' twice")]
    [InlineData("""{"instances": [], "instance": []}""", "no key 'instance'", "did you mean 'instances'?")]
    [InlineData("""{"instances": [{"colour": true}]}""", "'colour' takes texts and numbers")]
    [InlineData("""{"instances": [{"colour": ["red"]}]}""", "'colour' takes one value")]
    [InlineData("""{"instances": [{"tags": [["war"]]}]}""", "'tags' takes texts and numbers")]
    [InlineData("""{"instances": [{"price": 1e300}]}""", "too large for the numeric field 'price'")]
    [InlineData("""{"instances": [{"colour": "\ud800"}]}""", "half of a character")]
    [InlineData("""{"instances": []} x""", "not valid JSON at line 1, byte")]
    [InlineData("""{"instances": [[[[[[[[[[]]]]]]]]]]}""", "Row 1 has to be an object")]
    [InlineData("""{"signature_name": [[[[[[[[[[]]]]]]]]]]}""", "deeper than 8 levels")]
    public async Task What_cannot_be_understood_is_refused_by_name(string body, params string[] words)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync(Predict, body)).Refused(HttpStatusCode.BadRequest, words);
    }

    [Theory]
    [InlineData("""{"user": {}}""", "no 'items'")]
    [InlineData("""{"user": {"colour": "red"}, "items": [{}, {"colour": "blue"}]}""", "'colour' is given for the user and for item 2")]
    [InlineData("""{"items": [], "top": 0}""", "'top' has to be a whole number of 1 or more")]
    public async Task Rankings_that_cannot_be_understood_are_refused(string body, params string[] words)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync(Rank, body)).Refused(HttpStatusCode.BadRequest, words);
    }

    internal static void Close(IReadOnlyList<double> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }
}
