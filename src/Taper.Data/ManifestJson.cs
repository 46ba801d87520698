using System.IO.Hashing;
using System.Text;
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

    /// <summary>The manifest as text, with its own checksum filled in.</summary>
    public static string Write(DatasetManifest manifest)
    {
        string unsigned = JsonSerializer.Serialize(manifest with { ManifestChecksum = "" }, Options);
        return JsonSerializer.Serialize(manifest with { ManifestChecksum = ChecksumOf(unsigned) }, Options);
    }

    /// <exception cref="ArtifactException">The text is damaged or of a newer version.</exception>
    public static DatasetManifest Read(string json, string path)
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

            DatasetManifest manifest = JsonSerializer.Deserialize<DatasetManifest>(json, Options)!;
            string expected = manifest.ManifestChecksum;
            return expected.Length > 0 && ChecksumOf(json.Replace(expected, "", StringComparison.Ordinal)) == expected
                ? manifest
                : throw new ArtifactException($"{path} was altered or damaged: it does not have its own checksum; prepare the dataset again.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ArtifactException($"{path} is damaged ({e.Message.ReplaceLineEndings(" ")}); prepare the dataset again.", e);
        }
    }

    private static string ChecksumOf(string text) =>
        $"xxh128:{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)))}";
}
