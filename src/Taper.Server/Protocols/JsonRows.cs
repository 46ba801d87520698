using System.Text;
using System.Text.Json;
using Taper.Embeddings.Features;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>Reads rows that are JSON objects: field → text, number, null, or for a multi-valued field an array of them.</summary>
internal static class JsonRows
{
    /// <summary>Reads an object into a row.</summary>
    /// <param name="reader">At the object's start; at its end afterwards.</param>
    /// <param name="fields">The model's fields.</param>
    /// <param name="rows">Receives the values.</param>
    /// <param name="row">The row's number, or <see cref="RequestRows.Shared"/>.</param>
    /// <exception cref="RequestException">400: it is no such object, or it does not fit the model.</exception>
    public static void Read(ref Utf8JsonReader reader, ModelFields fields, RequestRows rows, int row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RequestException.Bad($"{Where(row)} has to be an object of fields and values.");
        }

        int likely = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int field = FieldAt(ref reader, fields, likely, row);
            likely = field + 1;
            if (rows.Has(row, field))
            {
                throw RequestException.Bad($"{Where(row)} has the field '{fields.Fields[field].Name}' twice.");
            }

            reader.Read();
            ReadValue(ref reader, fields, rows, row, field);
        }
    }

    private static int FieldAt(ref Utf8JsonReader reader, ModelFields fields, int likely, int row)
    {
        int field = reader.ValueIsEscaped
            ? fields.Find(Encoding.UTF8.GetBytes(JsonInput.Text(ref reader)), likely)
            : fields.Find(reader.ValueSpan, likely);
        if (field >= 0)
        {
            return field;
        }

        string name = JsonInput.Text(ref reader);
        throw RequestException.Bad($"{Where(row)} has an unknown field '{JsonInput.Shorten(name)}'; {fields.Suggestion(name)}");
    }

    private static void ReadValue(ref Utf8JsonReader reader, ModelFields fields, RequestRows rows, int row, int field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            JsonInput.Append(ref reader, rows, fields.Fields[field].Name);
        }
        else if (fields.Fields[field].Kind == FieldKind.MultiValued)
        {
            ReadList(ref reader, fields, rows, field);
        }
        else
        {
            throw RequestException.Bad($"The field '{fields.Fields[field].Name}' takes one value, not a list.");
        }

        rows.End(row, field);
    }

    private static void ReadList(ref Utf8JsonReader reader, ModelFields fields, RequestRows rows, int field)
    {
        bool isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst)
            {
                rows.Append(fields.SeparatorOf(field));
            }

            isFirst = false;
            JsonInput.Append(ref reader, rows, fields.Fields[field].Name);
        }
    }

    private static string Where(int row) => row == RequestRows.Shared ? "The user" : $"Row {row + 1}";
}
