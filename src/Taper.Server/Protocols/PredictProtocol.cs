using System.Text.Json;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>
/// TensorFlow Serving's row form: <c>{"instances": [{field: value, ...}, ...]}</c> → <c>{"predictions": [...]}</c>.
/// </summary>
internal sealed class PredictProtocol : RestProtocol<PredictProtocol.None>
{
    /// <inheritdoc/>
    public override None Parse(HttpRequest request, ReadOnlySpan<byte> body, ModelVersion version, RequestRows rows)
    {
        JsonInput.Parse(body, (version.Fields, rows), static (ref Utf8JsonReader reader, (ModelFields Fields, RequestRows Rows) target) =>
            ParseBody(ref reader, target.Fields, target.Rows));
        return default;
    }

    /// <inheritdoc/>
    public override void Write(HttpResponse response, None options, ModelVersion version, Workspace workspace)
    {
        Utf8JsonWriter json = workspace.Json;
        json.WriteStartObject();
        ScoreArray.Write(json, "predictions"u8, workspace.Scores.Span);
        json.WriteEndObject();
    }

    private static void ParseBody(ref Utf8JsonReader reader, ModelFields fields, RequestRows rows)
    {
        JsonInput.RequireObject(ref reader, "The body");
        bool hasInstances = false;
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("instances"u8))
            {
                JsonInput.Once(ref hasInstances, "instances");
                reader.Read();
                ParseInstances(ref reader, fields, rows);
            }
            else if (reader.ValueTextEquals("signature_name"u8))
            {
                reader.Skip(); // a model has one signature
            }
            else
            {
                throw JsonInput.UnknownKey(ref reader, "instances");
            }
        }

        if (!hasInstances)
        {
            throw RequestException.Bad("The body has no 'instances'; write {\"instances\": [{field: value, ...}, ...]}.");
        }
    }

    private static void ParseInstances(ref Utf8JsonReader reader, ModelFields fields, RequestRows rows)
    {
        JsonInput.RequireArray(ref reader, "'instances'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonRows.Read(ref reader, fields, rows, rows.AddRow());
        }
    }

    /// <summary>A request asks for nothing beside its rows.</summary>
    internal readonly record struct None;
}
