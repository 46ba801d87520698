using Microsoft.Extensions.Primitives;
using Taper.Server.Endpoints;
using Taper.Server.Settings;

namespace Taper.Server.Security;

/// <summary>
/// Refuses requests that are addressed to another host. A page of any site can have its own name resolve to this machine
/// (DNS rebinding) and ask as if it were ours; the name that it asks for gives it away.
/// </summary>
/// <param name="next">Runs the request.</param>
/// <param name="allowed">The hosts, without ports.</param>
internal sealed class HostGate(RequestDelegate next, IReadOnlyList<string> allowed)
{
    private const string Any = "*";
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];
    private readonly StringSegment[] hosts = [.. allowed.Select(host => new StringSegment(host))];

    /// <summary>The hosts that requests may be addressed to; null: all.</summary>
    public static IReadOnlyList<string>? Allowed(SecuritySettings settings, ListenAddresses addresses)
    {
        IReadOnlyList<string> configured = settings.AllowedHosts;
        bool isAny = configured.Count > 0 ? configured.Contains(Any) : !Listening.IsLocal(addresses);
        return isAny ? null : [.. ThisMachine, .. configured, .. Listening.Hosts(addresses)];
    }

    /// <summary>Runs the request, or refuses it with 403. Programs that name no host (HTTP/1.0) are no browsers.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        return host.Length == 0 || HostString.MatchesAny(host, hosts)
            ? next(context)
            : JsonAnswer.WriteErrorAsync(
                context, StatusCodes.Status403Forbidden, "The server does not answer to this host name; name it in security.allowed_hosts if it should.");
    }
}
