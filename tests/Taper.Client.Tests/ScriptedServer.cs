using System.Net;
using System.Text;

namespace Taper.Client.Tests;

/// <summary>Gives answers that were written down, and keeps what was asked.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<(HttpStatusCode Status, string Body, string? RetryAfter)> answers = new();

    public List<string> Asked { get; } = [];

    public string? Authorization { get; private set; }

    public ScriptedServer Answers(HttpStatusCode status, string body, string? retryAfter = null)
    {
        answers.Enqueue((status, body, retryAfter));
        return this;
    }

    public ScoringClient Client(ScoringClientOptions? options = null) =>
        new(new HttpClient(this) { BaseAddress = new Uri("http://server:8080") }, "my model", options);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync(cancellationToken);
        Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}{body}");
        Authorization = request.Headers.Authorization?.ToString();
        (HttpStatusCode status, string answer, string? retryAfter) = answers.Dequeue();
        var response = new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        if (retryAfter is not null)
        {
            response.Headers.Add("Retry-After", retryAfter);
        }

        return response;
    }
}
