using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Models.Tests;

namespace Taper.Server.Tests;

/// <summary>What the page at <c>/</c> is made of, and what it asks for.</summary>
public sealed class PageApiTests
{
    [Fact]
    public async Task The_page_is_files_of_the_server()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer start = (await server.GetAsync("/")).Good();
        Assert.Equal("text/html; charset=utf-8", start.Response.Content.Headers.ContentType!.ToString());
        Assert.Contains("<h1 id=\"model\">", Encoding.UTF8.GetString(start.Body), StringComparison.Ordinal);
        Assert.Equal("text/javascript; charset=utf-8", (await server.GetAsync("/page/app.js")).Good().Response.Content.Headers.ContentType!.ToString());
        (await server.GetAsync("/page/app.cs")).Refused(HttpStatusCode.NotFound, "no such file");
    }

    [Fact]
    public async Task Status_tells_what_is_served_and_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.AddBrokenVersion(2);
        server.Repository.Poll();
        (await server.PostAsync("/v1/models/random:predict", """{"instances": [{"colour": "red"}, {"colour": "a secret value"}]}""")).Good();
        (await server.PostAsync("/v1/models/random:predict", """{"instances": [{"price": 1e300}]}""")).Refused(HttpStatusCode.BadRequest);
        Answer status = (await server.GetAsync("/api/status")).Good();
        JsonElement versions = Assert.Single(status.Json.GetProperty("models").EnumerateArray().ToArray()).GetProperty("versions");
        Assert.Contains("network.onnx", versions[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.False(versions[0].TryGetProperty("serving", out _));
        JsonElement serving = versions[1].GetProperty("serving");
        Assert.Equal([1, 1, 2, 2], ((string[])["scored", "not_scored", "rows", "rows_since"]).Select(name => serving.GetProperty(name).GetInt32()));
        Assert.InRange(serving.GetProperty("p99").GetDouble(), serving.GetProperty("p50").GetDouble(), 60);
        Assert.Equal((2, 1), (serving.GetProperty("fields")[0].GetProperty("values").GetInt32(), serving.GetProperty("fields")[0].GetProperty("unknown").GetInt32()));
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(status.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_tells_what_the_manifest_says()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        JsonElement card = (await server.GetAsync("/api/models/random/versions/1")).Good().Json;
        Assert.Equal("categorical multi_valued bucketed", $"{Kind(0)} {Kind(3)} {Kind(4)}");
        Assert.Equal(["", "", "2", ""], Enumerable.Range(0, 4).Select(i => card.GetProperty("fields")[i].GetProperty("example").GetString()));
        Assert.Contains(LogBucket.OfText(card.GetProperty("fields")[4].GetProperty("example").GetString()), RandomModel.Buckets[2..]);
        JsonElement colours = card.GetProperty("vocabularies")[0];
        Assert.Equal(["colour", "other_colour"], colours.GetProperty("fields").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(4 * model.Content.Vocabularies[0].Sizes.Sum(s => s), colours.GetProperty("embedding").GetProperty("bytes").GetInt32());
        Assert.Equal(4 * 7 * RandomModel.Dimension, colours.GetProperty("embedding").GetProperty("fixed_bytes").GetInt32());
        Assert.Equal(0.75, card.GetProperty("metrics").GetProperty("test").GetProperty("auc").GetDouble());
        (await server.GetAsync("/api/models/random/versions/2")).Refused(HttpStatusCode.NotFound, "no version '2'");

        string Kind(int field) => card.GetProperty("fields")[field].GetProperty("kind").GetString()!;
    }

    /// <summary>The parts are found here once more: together they are what was scored.</summary>
    [Fact]
    public async Task An_explained_row_has_its_probability_and_the_size_of_each_value()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        string[] names = [.. model.Content.Fields.Select(field => field.Name)];
        await RandomModel.Row.SampleAsync(async row =>
        {
            string body = JsonSerializer.Serialize(names.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second));
            JsonElement answer = (await server.PostAsync("/api/models/random:explain", body)).Good().Json;
            Assert.Equal(model.Probability(row), answer.GetProperty("probability").GetDouble(), 1e-5);
            JsonElement[] fields = [.. answer.GetProperty("fields").EnumerateArray()];
            Assert.Equal([Expected(0, RandomModel.Colours, row[0])], Told(fields[0]));
            Assert.Equal([Expected(0, RandomModel.Colours, row[1])], Told(fields[1]));
            Assert.Equal([row[2] is "" or "many" ? ("missing", -1) : ("number", -1)], Told(fields[2]));
            string[] tags = row[3].Split("||", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal((tags.Length == 0 ? [""] : tags).Select(tag => Expected(1, RandomModel.Tags, tag)), Told(fields[3]));
            Assert.Equal([Expected(2, RandomModel.Buckets, LogBucket.OfText(row[4]))], Told(fields[4]));
        }, iter: 300);

        (string, int) Expected(int vocabulary, string[] values, string value)
        {
            int id = Array.IndexOf(values, value, BundleVocabulary.Reserved);
            string state = value.Length == 0 ? "missing" : id < 0 ? "unknown" : "known";
            return (state, model.Content.Vocabularies[vocabulary].Sizes[value.Length == 0 ? BundleVocabulary.Missing : Math.Max(id, 0)]);
        }

        static IEnumerable<(string, int)> Told(JsonElement field) => field.GetProperty("values").EnumerateArray().Select(value =>
            (value.GetProperty("state").GetString()!, value.TryGetProperty("size", out JsonElement size) ? size.GetInt32() : -1));
    }

    [Theory]
    [InlineData("[]", "has to be an object")]
    [InlineData("""{"color": "red"}""", "did you mean 'colour'?")]
    [InlineData("""{"colour": "red"} 1""", "not valid JSON")]
    public async Task A_row_that_is_none_is_refused(string body, string words)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync("/api/models/random:explain", body)).Refused(HttpStatusCode.BadRequest, words);
    }

    [Fact]
    public async Task Keys_guard_what_is_told_and_not_the_page()
    {
        await using TestServer server = await TestServer.StartAsync("security.api_keys.0.name=a", $"security.api_keys.0.sha256={new string('0', 64)}");
        (await server.GetAsync("/")).Good();
        (await server.GetAsync("/page/page.css")).Good();
        (await server.GetAsync("/api/status")).Refused(HttpStatusCode.Unauthorized);
        (await server.GetAsync("/api/models/random")).Refused(HttpStatusCode.Unauthorized);
        (await server.PostAsync("/api/models/random:explain", "{}")).Refused(HttpStatusCode.Unauthorized);
    }
}
