using System.Globalization;
using System.Text;
using Grpc.Core;
using Taper.Server.Protocols;

namespace Taper.Server.Grpc;

/// <summary>Refusals as gRPC tells them: a status code, and the same sentence as over REST.</summary>
internal static class GrpcStatus
{
    private const string ContentType = "application/grpc";
    private const string Pushback = "grpc-retry-pushback-ms";

    /// <summary>The code for an HTTP status.</summary>
    public static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        < StatusCodes.Status500InternalServerError => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    /// <summary>A refusal of ours as gRPC's; when to try again is told as gRPC's retries read it.</summary>
    public static RpcException Of(RequestException refusal)
    {
        var trailers = new Metadata();
        if (refusal.RetryAfterSeconds is int seconds)
        {
            trailers.Add(Pushback, (seconds * 1000).ToString(CultureInfo.InvariantCulture));
        }

        return new RpcException(new Status(CodeOf(refusal.Status), refusal.Message), trailers);
    }

    /// <summary>Whether a request is a call of gRPC, which cannot read JSON.</summary>
    public static bool IsCall(HttpRequest request) => request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Refuses a call that has not come to gRPC's own code.</summary>
    public static void Refuse(HttpResponse response, int httpStatus, string error)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers.GrpcStatus = ((int)CodeOf(httpStatus)).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = PercentEncoded(error);
    }

    private static string PercentEncoded(string text)
    {
        var encoded = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is >= 0x20 and < 0x7f and not (byte)'%' ? encoded.Append((char)b) : encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }
}
