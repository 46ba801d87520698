using Taper.Server.Protocols;

namespace Taper.Server.Endpoints;

/// <summary>Turns everything that goes wrong into a status and one sentence; what is unexpected is logged and not told.</summary>
internal sealed partial class FailureAnswers(RequestDelegate next, ILogger<FailureAnswers> log)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await JsonAnswer.WriteErrorAsync(context, context.Response.StatusCode, SentenceOf(context));
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
        }
    }

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case RequestException refusal:
                return JsonAnswer.WriteErrorAsync(context, refusal);
            case BadHttpRequestException bad:
                return JsonAnswer.WriteErrorAsync(context, bad.StatusCode, OneSentence(bad.Message));
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return Task.CompletedTask; // the client went away
            default:
                Unexpected(log, exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "");
                return JsonAnswer.WriteErrorAsync(context, StatusCodes.Status500InternalServerError, "internal error");
        }
    }

    private static string SentenceOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => $"This address does not answer {context.Request.Method}.",
        _ => "The request cannot be answered.",
    };

    private static string OneSentence(string message) => message.EndsWith('.') ? message : message + ".";

    [LoggerMessage(20, LogLevel.Error, "A request failed: {Method} {Endpoint}.")]
    private static partial void Unexpected(ILogger log, Exception exception, string method, string endpoint);
}
