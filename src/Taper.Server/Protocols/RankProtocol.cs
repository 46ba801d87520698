using System.Text.Json;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>
/// Ranking, an extension of ours: <c>{"user": {...}, "items": [{...}, ...], "top": k}</c> → <c>{"scores": [...]}</c>, and
/// with <c>top</c> <c>{"ranking": [{"index": i, "score": s}, ...]}</c>, the best first.
/// </summary>
internal sealed class RankProtocol : RestProtocol<RankProtocol.Options>
{
    /// <inheritdoc/>
    public override Options Parse(HttpRequest request, ReadOnlySpan<byte> body, ModelVersion version, RequestRows rows)
    {
        var parsing = new Parsing(version.Fields, rows);
        JsonInput.Parse(body, parsing, static (ref Utf8JsonReader reader, Parsing parsing) => ParseBody(ref reader, parsing));
        if (!parsing.HasItems)
        {
            throw RequestException.Bad("The body has no 'items'; write {\"user\": {field: value, ...}, \"items\": [{...}, ...]}.");
        }

        RefuseBoth(version.Fields, rows);
        return new Options(parsing.Top);
    }

    /// <inheritdoc/>
    public override void Write(HttpResponse response, Options options, ModelVersion version, Workspace workspace)
    {
        Utf8JsonWriter json = workspace.Json;
        json.WriteStartObject();
        if (options.Top is int top)
        {
            WriteRanking(json, workspace.Scores.Span, top);
        }
        else
        {
            ScoreArray.Write(json, "scores"u8, workspace.Scores.Span);
        }

        json.WriteEndObject();
    }

    private static void ParseBody(ref Utf8JsonReader reader, Parsing parsing)
    {
        JsonInput.RequireObject(ref reader, "The body");
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("user"u8))
            {
                JsonInput.Once(ref parsing.HasUser, "user");
                reader.Read();
                JsonRows.Read(ref reader, parsing.Fields, parsing.Rows, RequestRows.Shared);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                JsonInput.Once(ref parsing.HasItems, "items");
                reader.Read();
                ParseItems(ref reader, parsing);
            }
            else if (reader.ValueTextEquals("top"u8))
            {
                JsonInput.Once(ref parsing.HasTop, "top");
                reader.Read();
                parsing.Top = JsonInput.Count(ref reader, "'top'", least: 1);
            }
            else
            {
                throw JsonInput.UnknownKey(ref reader, "user", "items", "top");
            }
        }
    }

    private static void ParseItems(ref Utf8JsonReader reader, Parsing parsing)
    {
        JsonInput.RequireArray(ref reader, "'items'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonRows.Read(ref reader, parsing.Fields, parsing.Rows, parsing.Rows.AddRow());
        }
    }

    /// <summary>A field belongs to the user or to the items: which one would count is not for us to guess.</summary>
    private static void RefuseBoth(ModelFields fields, RequestRows rows)
    {
        for (int field = 0; field < fields.Count; field++)
        {
            for (int row = 0; rows.Has(RequestRows.Shared, field) && row < rows.Count; row++)
            {
                if (rows.Has(row, field))
                {
                    throw RequestException.Bad($"The field '{fields.Fields[field].Name}' is given for the user and for item {row + 1}; give it once.");
                }
            }
        }
    }

    private static void WriteRanking(Utf8JsonWriter json, ReadOnlySpan<float> scores, int top)
    {
        json.WriteStartArray("ranking"u8);
        foreach (int index in Ranking.Best(scores, top))
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteNumber("score"u8, scores[index]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What is asked for beside the items.</summary>
    /// <param name="Top">How many of the best are wanted; null: the scores of all, in the items' order.</param>
    internal readonly record struct Options(int? Top);

    private sealed class Parsing(ModelFields fields, RequestRows rows)
    {
        public readonly ModelFields Fields = fields;
        public readonly RequestRows Rows = rows;
        public bool HasUser;
        public bool HasItems;
        public bool HasTop;
        public int? Top;
    }
}
