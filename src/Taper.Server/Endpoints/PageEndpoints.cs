using System.Collections.Frozen;
using Taper.Server.Page;
using Taper.Server.Protocols;

namespace Taper.Server.Endpoints;

/// <summary>The page for people, at <c>/</c>. Its files are open to everybody: they tell nothing of what is served.</summary>
internal static class PageEndpoints
{
    /// <summary>Maps <c>/</c> and the files that it refers to, <c>/page</c>.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        FrozenDictionary<string, PageAsset> assets = PageAsset.LoadAll();
        routes.MapGet("/", context => AnswerAsync(context, assets[PageAsset.Start]));
        routes.MapGet("/page/{file}", context => AnswerAsync(
            context, assets.GetValueOrDefault((string)context.Request.RouteValues["file"]!) ?? throw RequestException.NotFound("The page has no such file.")));
    }

    private static async Task AnswerAsync(HttpContext context, PageAsset asset)
    {
        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Bytes.Length;
        await context.Response.Body.WriteAsync(asset.Bytes, context.RequestAborted);
    }
}
