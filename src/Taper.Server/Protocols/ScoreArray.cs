using System.Text.Json;

namespace Taper.Server.Protocols;

/// <summary>Writes scores.</summary>
internal static class ScoreArray
{
    /// <summary>Writes an array of numbers; each is finite, which the scorer has checked.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<float> scores)
    {
        json.WriteStartArray(name);
        foreach (float score in scores)
        {
            json.WriteNumberValue(score);
        }

        json.WriteEndArray();
    }
}
