using System.Text.Json;
using System.Text.Json.Serialization;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>Reads and writes <c>dataset.json</c>.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static byte[] Write(DatasetManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Options);

    /// <exception cref="ArtifactException">The text is damaged or of a newer version.</exception>
    public static DatasetManifest Read(byte[] json, string path)
    {
        try
        {
            using (JsonDocument document = JsonDocument.Parse(json))
            {
                int version = document.RootElement.GetProperty("format_version").GetInt32();
                if (version > DatasetManifest.CurrentVersion)
                {
                    throw new ArtifactException(
                        $"{path} has format version {version}; this Taper reads up to {DatasetManifest.CurrentVersion}. Update Taper or prepare the dataset again.");
                }
            }

            return JsonSerializer.Deserialize<DatasetManifest>(json, Options)!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ArtifactException($"{path} is damaged ({e.Message.ReplaceLineEndings(" ")}); prepare the dataset again.", e);
        }
    }
}
