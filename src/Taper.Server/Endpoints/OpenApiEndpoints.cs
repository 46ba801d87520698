using Taper.Server.Security;

namespace Taper.Server.Endpoints;

/// <summary>The OpenAPI document of the REST endpoints. Bodies are parsed by hand, so it is written by hand too; a test compares its addresses with the routes.</summary>
internal static class OpenApiEndpoints
{
    /// <summary>Maps <c>/openapi/v1.json</c>.</summary>
    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes) => routes.MapGet("/openapi/v1.json", AnswerAsync).Requires(Right.Infer);

    private static async Task AnswerAsync(HttpContext context)
    {
        await using Stream document = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream("openapi.json")!;
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = document.Length;
        await document.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
