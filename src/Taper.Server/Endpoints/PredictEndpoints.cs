using System.Text.Json;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Security;

namespace Taper.Server.Endpoints;

/// <summary>The row-shaped façade under <c>/v1</c>: TensorFlow Serving's status and <c>:predict</c>, and our <c>:rank</c>.</summary>
internal static class PredictEndpoints
{
    /// <summary>Maps <c>/v1/models</c>.</summary>
    public static void MapPredict(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder v1 = routes.MapGroup("/v1").Requires(Right.Infer);
        var predict = ActivatorUtilities.CreateInstance<ScoringEndpoint<PredictProtocol.None>>(routes.ServiceProvider, new PredictProtocol());
        var rank = ActivatorUtilities.CreateInstance<ScoringEndpoint<RankProtocol.Options>>(routes.ServiceProvider, new RankProtocol());
        foreach (string model in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            v1.MapGet(model, StatusAsync);
            v1.MapPost(model + ":predict", predict.AnswerAsync);
            v1.MapPost(model + ":rank", rank.AnswerAsync);
        }
    }

    private static async Task StatusAsync(HttpContext context)
    {
        ModelRepository repository = context.RequestServices.GetRequiredService<ModelRepository>();
        string? version = (string?)context.Request.RouteValues["version"];
        using ModelLease lease = repository.Acquire((string)context.Request.RouteValues["model"]!, version);
        string model = lease.Version.Model;
        List<VersionStatus> status = [.. repository.Index().Where(s => s.Model == model && (version is null || s.Version == lease.Version.Version))];
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, status));
    }

    private static void Write(Utf8JsonWriter json, List<VersionStatus> versions)
    {
        json.WriteStartObject();
        json.WriteStartArray("model_version_status"u8);
        foreach (VersionStatus version in versions)
        {
            json.WriteStartObject();
            json.WriteString("version"u8, $"{version.Version}");
            json.WriteString("state"u8, version.IsReady ? "AVAILABLE" : "END");
            json.WriteStartObject("status"u8);
            json.WriteString("error_code"u8, version.IsReady ? "OK" : "FAILED_PRECONDITION");
            json.WriteString("error_message"u8, version.Reason);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
