using Microsoft.Extensions.Hosting;
using Taper.Server.Repository;

namespace Taper.Server.Endpoints;

/// <summary>Health, as the Open Inference Protocol asks for it. Open to everybody: it tells nothing else.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/v2/health</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder health = routes.MapGroup("/v2/health");
        health.MapGet("/live", context => AnswerAsync(context, "live", true));
        health.MapGet("/ready", context => AnswerAsync(context, "ready", IsReady(context.RequestServices)));
    }

    /// <summary>Live checks nothing; ready means that a model is loaded and warmed, and that the server is not stopping.</summary>
    public static bool IsReady(IServiceProvider services) =>
        services.GetRequiredService<ModelRepository>().IsReady
        && !services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    /// <summary>Answers 200 and true, or 503 and false.</summary>
    public static Task AnswerAsync(HttpContext context, string name, bool holds)
    {
        int status = holds ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean(name, holds);
            json.WriteEndObject();
        });
    }
}
