using System.Text.Json;
using System.Text.Json.Serialization;

namespace Taper.Cluster.Coordination;

/// <summary>What a training tells, as text that crosses machines. Metrics may be infinite: of a split without positives for instance.</summary>
internal static class EventText
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of<T>(T told) => JsonSerializer.Serialize(told, Json);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Json)!;
}
