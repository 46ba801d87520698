using System.Globalization;
using System.Text.Json;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>
/// One row, <c>{field: value, ...}</c> → its probability, and for each value whether it is known and what size it keeps.
/// </summary>
internal sealed class ExplainProtocol : RestProtocol<ExplainProtocol.None>
{
    /// <inheritdoc/>
    public override None Parse(HttpRequest request, ReadOnlySpan<byte> body, ModelVersion version, RequestRows rows)
    {
        if (version.Scorer.Bundle.Tables.Count == 0)
        {
            throw RequestException.Bad($"The rows of version {version.Version} lie in a store, so the sizes of values are not at hand; ask :predict for the score.");
        }

        JsonInput.Parse(body, (version.Fields, Rows: rows), static (ref Utf8JsonReader reader, (ModelFields Fields, RequestRows Rows) target) =>
            JsonRows.Read(ref reader, target.Fields, target.Rows, target.Rows.AddRow()));
        return default;
    }

    /// <inheritdoc/>
    public override void Write(HttpResponse response, None options, ModelVersion version, Workspace workspace)
    {
        Utf8JsonWriter json = workspace.Json;
        json.WriteStartObject();
        json.WriteString("model"u8, version.Model);
        json.WriteNumber("version"u8, version.Version);
        json.WriteNumber("probability"u8, workspace.Scores.Span[0]);
        json.WriteNumber("dimension"u8, version.Manifest.Dimension);
        json.WriteStartArray("fields"u8);
        for (int field = 0; field < version.Fields.Count; field++)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, version.Fields.Fields[field].Name);
            json.WriteStartArray("values"u8);
            WriteValues(json, version, field, workspace.Rows.Get(0, field));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Takes a text apart as the scorer does.</summary>
    private static void WriteValues(Utf8JsonWriter json, ModelVersion version, int number, ReadOnlySpan<byte> text)
    {
        FeatureField field = version.Fields.Fields[number];
        CompactTable? table = field.HasEmbedding ? version.Scorer.Bundle.TableOf(field) : null;
        switch (field.Kind)
        {
            case FieldKind.Numeric:
                WriteNumber(json, text);
                break;
            case FieldKind.Bucketed:
                WriteBucket(json, table!, text);
                break;
            case FieldKind.MultiValued:
                WriteList(json, table!, text, version.Fields.SeparatorOf(number));
                break;
            default:
                WriteValue(json, table!, text, text);
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        WriteValue(json, text, isNumber ? "number"u8 : "missing"u8, null);
    }

    private static void WriteBucket(Utf8JsonWriter json, CompactTable table, ReadOnlySpan<byte> text)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        Span<byte> bucket = stackalloc byte[16];
        int length = 0;
        if (isNumber && LogBucket.TryNumberOf(number, out int found))
        {
            found.TryFormat(bucket, out length, default, CultureInfo.InvariantCulture);
        }

        WriteValue(json, table, text, bucket[..length]);
    }

    private static void WriteList(Utf8JsonWriter json, CompactTable table, ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator)
    {
        bool isEmpty = true;
        foreach (Range part in text.Split(separator))
        {
            if (!text[part].IsEmpty)
            {
                WriteValue(json, table, text[part], text[part]);
                isEmpty = false;
            }
        }

        if (isEmpty)
        {
            WriteValue(json, table, text, []);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, CompactTable table, ReadOnlySpan<byte> text, ReadOnlySpan<byte> value)
    {
        int row = value.IsEmpty ? table.MissingRow : table.RowOf(value);
        ReadOnlySpan<byte> state = value.IsEmpty ? "missing"u8 : row == table.UnknownRow ? "unknown"u8 : "known"u8;
        WriteValue(json, text, state, table.SizeOf(row));
    }

    private static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> text, ReadOnlySpan<byte> state, int? size)
    {
        json.WriteStartObject();
        json.WriteString("value"u8, text);
        json.WriteString("state"u8, state);
        if (size is int kept)
        {
            json.WriteNumber("size"u8, kept);
        }

        json.WriteEndObject();
    }

    /// <summary>A request asks for nothing beside its row.</summary>
    internal readonly record struct None;
}
