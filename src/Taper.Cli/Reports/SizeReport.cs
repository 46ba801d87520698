using System.Text.Json.Nodes;

namespace Taper.Cli.Reports;

/// <summary>What a model's embeddings look like, whatever they were read from.</summary>
internal sealed record SizeReport
{
    /// <summary>What is reported on, such as the run's path.</summary>
    public required string Title { get; init; }

    /// <summary>D, the full embedding size.</summary>
    public required int Dimension { get; init; }

    public required IReadOnlyList<VocabularyReport> Vocabularies { get; init; }

    /// <summary>Facts in words: method, memory, metrics.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The facts for programs.</summary>
    public JsonObject Details { get; init; } = [];

    public JsonObject Json()
    {
        JsonObject json = ResultJson.Start();
        foreach ((string key, JsonNode? value) in Details)
        {
            json[key] = value?.DeepClone();
        }

        json["dimension"] = Dimension;
        json["vocabularies"] = new JsonArray([.. Vocabularies.Select(Json)]);
        return json;
    }

    private static JsonNode Json(VocabularyReport vocabulary) => new JsonObject
    {
        ["name"] = vocabulary.Name,
        ["values"] = vocabulary.Sizes.Values,
        ["parameters"] = vocabulary.Sizes.Parameters,
        ["meanSize"] = vocabulary.Sizes.MeanSize,
        ["histogram"] = new JsonArray([.. vocabulary.Sizes.Histogram.Select(n => (JsonNode)n)]),
        ["byFrequency"] = new JsonArray([.. vocabulary.Sizes.ByFrequency.Select(c => new JsonObject
        {
            ["decile"] = c.Decile,
            ["values"] = c.Values,
            ["fewestCount"] = c.FewestCount,
            ["mostCount"] = c.MostCount,
            ["meanSize"] = c.MeanSize,
        })]),
    };
}
