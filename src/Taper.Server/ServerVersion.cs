using System.Reflection;

namespace Taper.Server;

/// <summary>The version of this program.</summary>
internal static class ServerVersion
{
    /// <summary>As people write it, such as 0.1.0.</summary>
    public static string Text { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
