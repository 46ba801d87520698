using System.Net;

namespace Taper.Client.Tests;

/// <summary>What the client sends, how it reads answers, and when it tries again.</summary>
public sealed class ScoringClientTests
{
    private const string Busy = """{"error": "Too many requests wait."}""";

    private static readonly Dictionary<string, object?>[] Rows =
        [new() { ["user"] = "u1", ["tags"] = (string[])["a", "b"], ["price"] = 0.5 }, new() { ["user"] = null }];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_sent_as_instances()
    {
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.OK, """{"predictions": [0.25, 0.5]}""");
        Assert.Equal([0.25f, 0.5f], await server.Client(new() { Version = 3, ApiKey = "secret" }).PredictAsync(Rows, Cancellation));
        Assert.Equal(
            """POST /v1/models/my%20model/versions/3:predict {"instances":[{"user":"u1","tags":["a","b"],"price":0.5},{"user":null}]}""", Assert.Single(server.Asked));
        Assert.Equal("Bearer secret", server.Authorization);
    }

    [Fact]
    public async Task Items_are_ranked_for_a_user()
    {
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.OK, """{"ranking": [{"index": 1, "score": 0.75}]}""");
        Assert.Equal([new RankedItem(1, 0.75f)], await server.Client().RankAsync(Rows[1], Rows, 1, Cancellation));
        Assert.StartsWith("""POST /v1/models/my%20model:rank {"user":{"user":null},"items":[{""", Assert.Single(server.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_says_what_it_is()
    {
        ScriptedServer server = new ScriptedServer().Answers(
            HttpStatusCode.OK, """{"name": "m", "versions": ["2", "1"], "inputs": [{"name": "user", "datatype": "BYTES", "shape": [-1]}], "outputs": []}""");
        ModelMetadata model = await server.Client().GetMetadataAsync(Cancellation);
        Assert.Equal("m 2,1", $"{model.Name} {string.Join(',', model.Versions)}");
        Assert.Equal([new ModelField("user", "BYTES")], model.Fields);
        Assert.Equal("GET /v2/models/my%20model", Assert.Single(server.Asked));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, """{"error": "There is no field 'x'."}""", "There is no field 'x'.")]
    [InlineData(HttpStatusCode.BadGateway, "<html>bad gateway</html>", "The server answered 502 without saying why.")]
    [InlineData(HttpStatusCode.BadGateway, """{"error": {}}""", "The server answered 502 without saying why.")]
    [InlineData(HttpStatusCode.BadGateway, "[]", "The server answered 502 without saying why.")]
    public async Task A_refusal_has_the_servers_sentence(HttpStatusCode status, string body, string sentence)
    {
        ScoringException refused = await Assert.ThrowsAsync<ScoringException>(
            () => new ScriptedServer().Answers(status, body).Client(new() { Retries = 3 }).PredictAsync(Rows, Cancellation));
        Assert.Equal((status, sentence), (refused.Status, refused.Message));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"predictions": [0.5]}""")]
    [InlineData("""{"predictions": ["a", "b"]}""")]
    [InlineData("""{"predictions": {"a": 1}}""")]
    [InlineData("""{"ranking": [{"index": 2, "score": 1}]}""")]
    [InlineData("""{"ranking": [{"index": -1, "score": 1}]}""")]
    [InlineData("""{"ranking": [{"index": 99999999999, "score": 1}]}""")]
    public async Task An_answer_that_is_none_is_told_as_such(string body)
    {
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.OK, body).Answers(HttpStatusCode.OK, body).Answers(HttpStatusCode.OK, body);
        ScoringClient client = server.Client();
        Func<Task>[] ways =
        [
            () => client.PredictAsync(Rows, Cancellation), () => client.RankAsync(Rows[0], Rows, 2, Cancellation), () => client.GetMetadataAsync(Cancellation),
        ];
        foreach (Func<Task> way in ways)
        {
            Assert.Contains("cannot be understood", (await Assert.ThrowsAsync<ScoringException>(way)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_tried_again_unless_it_is_asked_for()
    {
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.TooManyRequests, Busy, "1");
        ScoringException refused = await Assert.ThrowsAsync<ScoringException>(() => server.Client().PredictAsync(Rows, Cancellation));
        Assert.Equal("Too many requests wait.", refused.Message);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Retries_wait_as_long_as_the_server_asks()
    {
        var clock = new QuickClock();
        ScriptedServer server = new ScriptedServer()
            .Answers(HttpStatusCode.TooManyRequests, Busy, "2")
            .Answers(HttpStatusCode.ServiceUnavailable, Busy, "Thu, 01 Jan 2026 12:00:05 GMT")
            .Answers(HttpStatusCode.ServiceUnavailable, Busy)
            .Answers(HttpStatusCode.ServiceUnavailable, Busy, "Thu, 01 Jan 2026 11:00:00 GMT")
            .Answers(HttpStatusCode.OK, """{"predictions": [0.25, 0.5]}""");
        await server.Client(new() { Retries = 4, Clock = clock }).PredictAsync(Rows, Cancellation);
        Assert.Equal([2, 5, 0.4], clock.Waited);
        Assert.Equal(5, server.Asked.Count);
    }

    [Fact]
    public async Task Retries_end()
    {
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.TooManyRequests, Busy).Answers(HttpStatusCode.TooManyRequests, Busy);
        await Assert.ThrowsAsync<ScoringException>(() => server.Client(new() { Retries = 1, Clock = new QuickClock() }).PredictAsync(Rows, Cancellation));
        Assert.Equal(2, server.Asked.Count);

        ScriptedServer patient = new ScriptedServer().Answers(HttpStatusCode.ServiceUnavailable, Busy, "3600");
        await Assert.ThrowsAsync<ScoringException>(() => patient.Client(new() { Retries = 9, Clock = new QuickClock() }).PredictAsync(Rows, Cancellation));
        Assert.Single(patient.Asked);
    }

    [Fact]
    public async Task A_wait_can_be_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        ScriptedServer server = new ScriptedServer().Answers(HttpStatusCode.TooManyRequests, Busy, "9");
        Task asking = server.Client(new() { Retries = 1 }).PredictAsync(Rows, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public void What_cannot_work_is_refused_at_once()
    {
        using var http = new HttpClient();
        Assert.Contains("BaseAddress", Assert.Throws<ArgumentException>(() => new ScoringClient(http, "m")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer().Client(new() { Retries = 11 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer().Client(new() { Retries = -1 }));
    }
}
