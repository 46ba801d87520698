using Taper.Server.Repository;
using Taper.Server.Security;

namespace Taper.Server.Endpoints;

/// <summary>The model repository extension of the Open Inference Protocol.</summary>
internal static class RepositoryEndpoints
{
    /// <summary>Maps <c>/v2/repository</c>.</summary>
    public static void MapRepository(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v2/repository");
        group.MapPost("/index", IndexAsync).Requires(Right.Infer);
        group.MapPost("/models/{model}/load", context => ChangeAsync(context, (repository, model) => repository.Load(model))).Requires(Right.Manage);
        group.MapPost("/models/{model}/unload", context => ChangeAsync(context, (repository, model) => repository.Unload(model))).Requires(Right.Manage);
    }

    private static Task IndexAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray();
        foreach (VersionStatus version in context.RequestServices.GetRequiredService<ModelRepository>().Index())
        {
            json.WriteStartObject();
            json.WriteString("name"u8, version.Model);
            json.WriteString("version"u8, version.Version > 0 ? $"{version.Version}" : "");
            json.WriteString("state"u8, version.IsReady ? "READY" : "UNAVAILABLE");
            json.WriteString("reason"u8, version.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static Task ChangeAsync(HttpContext context, Action<ModelRepository, string> change)
    {
        change(context.RequestServices.GetRequiredService<ModelRepository>(), (string)context.Request.RouteValues["model"]!);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteEndObject();
        });
    }
}
