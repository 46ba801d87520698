using System.Text.Json;

namespace Taper.Client;

/// <summary>What a server says of a model.</summary>
public sealed record ModelMetadata
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The versions that are served, the highest first.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>Its fields.</summary>
    public required IReadOnlyList<ModelField> Fields { get; init; }

    internal static ModelMetadata Of(JsonElement json) => new()
    {
        Name = Text(json, "name"),
        Versions = [.. json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()!)],
        Fields = [.. json.GetProperty("inputs").EnumerateArray().Select(input => new ModelField(Text(input, "name"), Text(input, "datatype")))],
    };

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");
}
