using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Taper.Models;
using Taper.Training;

namespace Taper.Studies.Planning;

/// <summary>
/// Names what decides a run's result: config, dataset, precision. Keys that have their default are left out, so that a key that
/// a newer version adds leaves finished runs finished; so are those that decide speed alone.
/// </summary>
internal static class RunIdentity
{
    private const int HexDigits = 16;

    private static readonly JsonObject Defaults = JsonOf(new RunConfig());

    private static readonly string[] SpeedAlone = [nameof(TrainingConfig.Threads), nameof(TrainingConfig.CheckpointEvery)];

    public static string Of(RunConfig config, string datasetFingerprint, Precision precision)
    {
        JsonObject json = JsonOf(config);
        foreach (string key in SpeedAlone)
        {
            json[nameof(RunConfig.Training)]!.AsObject().Remove(key);
        }

        string text = $"{datasetFingerprint}\n{precision}\n{Changed(json, Defaults).ToJsonString()}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HexDigits];
    }

    private static JsonObject JsonOf(RunConfig config) => JsonSerializer.SerializeToNode(config)!.AsObject();

    /// <summary>The keys that differ, in the order of their names.</summary>
    private static JsonObject Changed(JsonObject config, JsonObject defaults)
    {
        JsonObject changed = [];
        foreach ((string key, JsonNode? value) in config.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            JsonNode? standard = defaults[key];
            if (value is JsonObject section && standard is JsonObject standards)
            {
                if (Changed(section, standards) is { Count: > 0 } inner)
                {
                    changed[key] = inner;
                }
            }
            else if (!JsonNode.DeepEquals(value, standard))
            {
                changed[key] = value?.DeepClone();
            }
        }

        return changed;
    }
}
