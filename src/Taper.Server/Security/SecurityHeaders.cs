using Taper.Server.Endpoints;

namespace Taper.Server.Security;

/// <summary>Sets headers that keep browsers from misusing answers, and refuses changes that another site's page asks for.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        bool isOfAnotherSite = context.Request.Headers["Sec-Fetch-Site"] == "cross-site" && !HttpMethods.IsGet(context.Request.Method);
        return isOfAnotherSite
            ? JsonAnswer.WriteErrorAsync(context, StatusCodes.Status403Forbidden, "A page of another site may not ask this.")
            : next(context);
    }
}
