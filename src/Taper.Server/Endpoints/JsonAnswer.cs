using System.Globalization;
using System.Text.Json;
using Taper.Server.Grpc;
using Taper.Server.Protocols;

namespace Taper.Server.Endpoints;

/// <summary>Answers that are not scores.</summary>
internal static class JsonAnswer
{
    /// <summary>The media type of all answers but binary ones.</summary>
    public const string ContentType = "application/json";

    /// <summary>Writes a JSON answer.</summary>
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }

    /// <summary>Writes <c>{"error": text}</c>, or to a call of gRPC its status.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string error)
    {
        if (GrpcStatus.IsCall(context.Request))
        {
            GrpcStatus.Refuse(context.Response, status, error);
            return Task.CompletedTask;
        }

        return WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, error);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes the answer to a request that is refused.</summary>
    public static Task WriteErrorAsync(HttpContext context, RequestException refusal)
    {
        if (refusal.RetryAfterSeconds is int seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteErrorAsync(context, refusal.Status, refusal.Message);
    }
}
