using System.Text.Json;
using Taper.Models;

namespace Taper.Store.Layout;

/// <summary>What the store knows of a version of a name, as JSON. Its id is the checksum of the bundle's manifest.</summary>
internal sealed record StoredVersion
{
    /// <summary>The newest layout that this library reads, and the one it writes.</summary>
    public const int CurrentLayout = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>How keys and rows are laid out.</summary>
    public required int Layout { get; init; }

    /// <summary>Whether all of its rows have been written, and none is being removed.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Higher than that of every version that was published before.</summary>
    public required long Sequence { get; init; }

    /// <summary>How many buckets each vocabulary has, in the manifest's order.</summary>
    public required IReadOnlyList<long> Buckets { get; init; }

    /// <summary>The id of a bundle's version: what its manifest's checksum says, in a key's characters.</summary>
    public static string IdOf(BundleManifest manifest) => manifest.ManifestChecksum?.Split(':')[^1]
        ?? throw new ArgumentException("The manifest was never written.", nameof(manifest));

    /// <summary>The layout of a vocabulary.</summary>
    public BucketLayout LayoutOf(int vocabulary) => new(Buckets[vocabulary]);

    /// <summary>Reads what the store holds.</summary>
    /// <exception cref="StoreException">It is damaged, or newer than this library.</exception>
    public static StoredVersion Parse(string text, string name)
    {
        try
        {
            StoredVersion version = JsonSerializer.Deserialize<StoredVersion>(text, Json) ?? throw new JsonException("it is empty");
            return version.Layout == CurrentLayout && version.Buckets.All(count => count > 0)
                ? version
                : throw new StoreException($"The rows of '{name}' are laid out in a way this Taper does not know (layout {version.Layout}); update Taper or publish again.");
        }
        catch (JsonException e)
        {
            throw new StoreException($"What the store says of '{name}' is damaged; publish again.", e);
        }
    }

    /// <summary>The text that is stored.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Json);
}
