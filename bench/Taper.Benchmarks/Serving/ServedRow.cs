namespace Taper.Benchmarks.Serving;

/// <summary>The feature values of an example, with the fields of <c>taper demo</c>.</summary>
internal sealed record ServedRow(string UserId, string MovieId, string Year, string[] Genres)
{
    public string Json => $$"""{"userId": "{{UserId}}", {{ItemFields}}}""";

    /// <summary>The row without its user: an item to rank.</summary>
    public string ItemJson => $$"""{{{ItemFields}}}""";

    private string ItemFields => $"""
        "movieId": "{MovieId}", "year": "{Year}", "genres": ["{string.Join("\", \"", Genres)}"]
        """;
}
