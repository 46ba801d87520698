using System.Security.Cryptography;
using Taper.Server.Endpoints;
using Taper.Server.Settings;

namespace Taper.Server.Security;

/// <summary>Lets requests through that bring a key with the right that their endpoint requires.</summary>
internal sealed class ApiKeyGate(RequestDelegate next, SecuritySettings settings)
{
    private const string Bearer = "Bearer ";
    private const string Header = "X-Api-Key";
    private readonly (byte[] Hash, Right[] Rights)[] keys =
        [.. settings.ApiKeys.Select(key => (Convert.FromHexString(key.Sha256), key.Rights.ToArray()))];

    /// <summary>Runs the request, or refuses it with 401 (no key that is known) or 403 (a key without the right).</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (keys.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<RequiredRight>() is not { } required)
        {
            return next(context);
        }

        if (RightsOf(context.Request) is not { } rights)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return JsonAnswer.WriteErrorAsync(
                context, StatusCodes.Status401Unauthorized, "A valid API key is needed: send it as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");
        }

        return rights.Contains(required.Right)
            ? next(context)
            : JsonAnswer.WriteErrorAsync(context, StatusCodes.Status403Forbidden, $"The API key has not the right '{SettingName.Of(required.Right.ToString())}'.");
    }

    /// <summary>The rights of the key that a request brings; null when it brings none that is known. Takes the same time for all.</summary>
    private Right[]? RightsOf(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        string? key = authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true
            ? authorization[Bearer.Length..].Trim()
            : request.Headers[Header];
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        byte[] hash = ApiKey.Hash(key);
        Right[]? rights = null;
        foreach ((byte[] known, Right[] granted) in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
            {
                rights = granted;
            }
        }

        return rights;
    }
}
