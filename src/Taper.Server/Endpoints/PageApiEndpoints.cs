using System.Text.Json;
using System.Text.Json.Serialization;
using Taper.Server.Page;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Security;
using Taper.Server.Telemetry;

namespace Taper.Server.Endpoints;

/// <summary>What the page asks for, under <c>/api</c>: made for the page, and changed with it.</summary>
internal static class PageApiEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Maps <c>/api</c>.</summary>
    public static void MapPageApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup("/api").Requires(Right.Infer);
        var explain = ActivatorUtilities.CreateInstance<ScoringEndpoint<ExplainProtocol.None>>(routes.ServiceProvider, new ExplainProtocol());
        api.MapGet("/status", StatusAsync);
        foreach (string model in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            api.MapGet(model, CardAsync);
            api.MapPost(model + ":explain", explain.AnswerAsync);
        }
    }

    private static Task StatusAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        return WriteAsync(context, ServingStatus.Of(
            services.GetRequiredService<ModelRepository>(), services.GetRequiredService<ServingMetrics>(), services.GetRequiredService<TimeProvider>()));
    }

    private static async Task CardAsync(HttpContext context)
    {
        using ModelLease lease = context.RequestServices.GetRequiredService<ModelRepository>()
            .Acquire((string)context.Request.RouteValues["model"]!, (string?)context.Request.RouteValues["version"]);
        await WriteAsync(context, ModelCard.Of(lease.Version));
    }

    private static Task WriteAsync<T>(HttpContext context, T answer) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => JsonSerializer.Serialize(json, answer, Json));
}
