using System.Text.Json;
using System.Text.Json.Serialization;

namespace Taper.Cluster;

/// <summary>What crosses machines as JSON, whose numbers keep every bit. Some may be infinite: metrics of a split without positives for instance.</summary>
internal static class WireText
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)!;
}
