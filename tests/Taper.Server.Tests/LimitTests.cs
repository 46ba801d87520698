using System.Net;
using Taper.Server.Protocols;

namespace Taper.Server.Tests;

/// <summary>What a request may ask for.</summary>
public sealed class LimitTests
{
    private const string Predict = "/v1/models/random:predict";

    [Fact]
    public async Task Rows_texts_and_bodies_are_limited()
    {
        await using TestServer server = await TestServer.StartAsync("limits.max_rows=2", "limits.max_text_bytes=4", "limits.max_body_bytes=1024");
        (await server.PostAsync(Predict, """{"instances": [{}, {}]}""")).Good();
        (await server.PostAsync(Predict, """{"instances": [{}, {}, {}]}""")).Refused(HttpStatusCode.RequestEntityTooLarge, "more than 2 rows");
        (await server.PostAsync(Predict, """{"instances": [{"colour": "1234", "tags": "12"}]}""")).Good();
        (await server.PostAsync(Predict, """{"instances": [{"colour": "12345"}]}""")).Refused(HttpStatusCode.BadRequest, "more than 4 bytes");
        (await server.PostAsync(Predict, """{"instances": [{"tags": ["12", "34"]}]}""")).Refused(HttpStatusCode.BadRequest, "more than 4 bytes");
        (await server.PostAsync(Predict, new string(' ', 1025))).Refused(HttpStatusCode.RequestEntityTooLarge, "more than 1024 bytes");
    }

    [Fact]
    public async Task A_body_that_does_not_say_its_length_is_limited_as_it_comes()
    {
        await using TestServer server = await TestServer.StartAsync("limits.max_body_bytes=1024");
        using var content = new PushedContent(new byte[4096]);
        Answer answer = await Answer.OfAsync(await server.Client.PostAsync(Predict, content, TestContext.Current.CancellationToken));
        answer.Refused(HttpStatusCode.RequestEntityTooLarge, "more than 1024 bytes");
    }

    [Fact]
    public async Task All_bodies_together_are_limited_and_what_they_took_is_given_back()
    {
        await using TestServer server = await TestServer.StartAsync("limits.max_held_bytes=32768");
        string large = $$"""{"instances": [], "signature_name": "{{new string('x', 40_000)}}"}""";
        for (int i = 0; i < 3; i++)
        {
            (await server.PostAsync(Predict, large)).Refused(HttpStatusCode.TooManyRequests, "too many large requests");
            (await server.PostAsync(Predict, """{"instances": [{}]}""")).Good();
        }

        server.Service<BodyBudget>().Take(32768); // nothing is held
    }

    [Fact]
    public async Task What_is_no_address_or_method_is_told_in_json()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.GetAsync("/nowhere")).Refused(HttpStatusCode.NotFound, "nothing at this address");
        (await server.PostAsync("/v2/health/live", "")).Refused(HttpStatusCode.MethodNotAllowed, "does not answer POST");
        (await server.PostAsync(Predict, "x"u8.ToArray(), ("Content-Encoding", "gzip"))).Refused(HttpStatusCode.UnsupportedMediaType, "compressed");
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        byte[] body = [.. """{"instances": [{"colour": " """u8, 0xC3, 0x28, .. "\"}]}"u8];
        (await server.PostAsync(Predict, body)).Refused(HttpStatusCode.BadRequest, "not valid UTF-8");
    }

    /// <summary>A body whose length is not known before it ends.</summary>
    private sealed class PushedContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
