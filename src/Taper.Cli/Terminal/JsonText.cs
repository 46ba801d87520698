using System.Text.Encodings.Web;
using System.Text.Json;

namespace Taper.Cli.Terminal;

/// <summary>How JSON is written for people and programs.</summary>
internal static class JsonText
{
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
