using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Taper.Embeddings.Storage;

/// <summary>
/// The JSON file that says what an artifact folder holds: snake_case, with a <c>format_version</c> and, as its last
/// property, the checksum of its own text with that property left empty.
/// </summary>
internal static class ManifestFile
{
    private const string VersionKey = "format_version";
    private const string ChecksumKey = "manifest_checksum";

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

    /// <summary>Writes a manifest; the folder around it makes it atomic.</summary>
    public static void Write<T>(string path, T manifest)
    {
        JsonObject json = JsonSerializer.SerializeToNode(manifest, Options)!.AsObject();
        json[ChecksumKey] = "";
        json[ChecksumKey] = ChecksumOf(json.ToJsonString(Options));
        File.WriteAllText(path, json.ToJsonString(Options));
    }

    /// <summary>Reads a manifest and checks it against its own checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="newest">The newest format version that can be read.</param>
    /// <param name="mend">What to do when it cannot be read, such as "prepare the dataset again".</param>
    /// <exception cref="ArtifactException">It is missing, damaged, altered or of a newer version.</exception>
    public static T Read<T>(string path, int newest, string mend)
    {
        try
        {
            string text = File.ReadAllText(path);
            JsonNode json = JsonNode.Parse(text) ?? throw new JsonException("it is empty");
            int version = json[VersionKey]?.GetValue<int>() ?? throw new JsonException($"it has no {VersionKey}");
            if (version > newest)
            {
                throw new ArtifactException(
                    $"{path} has format version {version}; this Taper reads up to {newest}: update Taper, or {mend}.");
            }

            string expected = json[ChecksumKey]?.GetValue<string>() ?? "";
            return expected.Length > 0 && ChecksumOf(text.Replace(expected, "", StringComparison.Ordinal)) == expected
                ? JsonSerializer.Deserialize<T>(text, Options)!
                : throw new ArtifactException($"{path} was altered or damaged: it does not have its own checksum; {mend}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"{path} is missing; {mend}.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ArtifactException($"{path} is damaged ({e.Message.ReplaceLineEndings(" ")}); {mend}.", e);
        }
    }

    private static string ChecksumOf(string text) =>
        $"xxh128:{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)))}";
}
