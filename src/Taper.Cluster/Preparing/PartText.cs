using System.Text.Json;
using System.Text.Json.Serialization;

namespace Taper.Cluster.Preparing;

/// <summary>How plans, requests and answers of parts travel: as JSON, whose numbers keep every bit.</summary>
internal static class PartText
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)!;
}
