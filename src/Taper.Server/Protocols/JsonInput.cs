using System.Text.Json;
using Taper.Server.Scoring;
using Taper.Server.Settings;

namespace Taper.Server.Protocols;

/// <summary>Reading JSON that nobody has checked.</summary>
internal static class JsonInput
{
    private const int MostDepth = 8;
    private const int LongestQuote = 60;

    /// <summary>Reads a whole body.</summary>
    public delegate void Parser<TState>(ref Utf8JsonReader reader, TState state);

    /// <summary>Parses JSON; what is wrong with it is told as a request's fault.</summary>
    /// <param name="json">Checked to be UTF-8 here.</param>
    /// <param name="state">Given to the parser.</param>
    /// <param name="parse">Called with the reader at the first token; has to read the value to its end.</param>
    /// <exception cref="RequestException">400: it is not JSON, or the parser refuses it.</exception>
    public static void Parse<TState>(ReadOnlySpan<byte> json, TState state, Parser<TState> parse)
    {
        RequestBody.RequireUtf8(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            reader.Read();
            parse(ref reader, state);
            reader.Read(); // throws when more follows
        }
        catch (JsonException e)
        {
            string problem = reader.CurrentDepth < MostDepth - 1 ? "not valid JSON" : $"deeper than {MostDepth} levels";
            throw RequestException.Bad($"The body is {problem} at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException) // what the reader throws for it
        {
            throw HalfCharacter();
        }
    }

    /// <summary>The text of a property name or string.</summary>
    public static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw HalfCharacter();
        }
    }

    /// <summary>Appends the current value as text; null is the empty text.</summary>
    /// <exception cref="RequestException">It is not a text, a number or null.</exception>
    public static void Append(ref Utf8JsonReader reader, RequestRows rows, string field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.ValueIsEscaped:
                Unescape(ref reader, rows);
                break;
            case JsonTokenType.String or JsonTokenType.Number:
                rows.Append(reader.ValueSpan);
                break;
            case JsonTokenType.Null:
                break;
            default:
                throw RequestException.Bad($"The field '{field}' takes texts and numbers; write other values as the text that the training data has.");
        }
    }

    /// <summary>Expects an object and steps through its properties: true while the reader is at another name.</summary>
    public static bool NextName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Refuses anything but the start of an object.</summary>
    public static void RequireObject(ref Utf8JsonReader reader, string what) => Require(ref reader, JsonTokenType.StartObject, what, "an object");

    /// <summary>Refuses anything but the start of an array.</summary>
    public static void RequireArray(ref Utf8JsonReader reader, string what) => Require(ref reader, JsonTokenType.StartArray, what, "an array");

    /// <summary>Notes that a key was there; refuses it the second time.</summary>
    public static void Once(ref bool seen, string name)
    {
        if (seen)
        {
            throw RequestException.Bad($"The body has '{name}' twice.");
        }

        seen = true;
    }

    /// <summary>A whole number that counts something.</summary>
    /// <exception cref="RequestException">It is none, or less than the least.</exception>
    public static int Count(ref Utf8JsonReader reader, string what, int least)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int count) && count >= least)
        {
            return count;
        }

        throw RequestException.Bad($"{what} has to be a whole number of {least} or more.");
    }

    /// <summary>A string.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public static string String(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.String ? Text(ref reader) : throw RequestException.Bad($"{what} has to be a string.");

    /// <summary>True or false.</summary>
    /// <exception cref="RequestException">It is neither.</exception>
    public static bool Flag(ref Utf8JsonReader reader, string what) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.GetBoolean()
            : throw RequestException.Bad($"{what} has to be true or false.");

    /// <summary>The refusal of a key that nobody reads.</summary>
    public static RequestException UnknownKey(ref Utf8JsonReader reader, params string[] known)
    {
        string name = Text(ref reader);
        return RequestException.Bad($"There is no key '{Shorten(name)}' here; {NearestName.Suggestion(name, known)}");
    }

    /// <summary>A text for an error message: not longer than a line.</summary>
    public static string Shorten(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "...";

    private static void Require(ref Utf8JsonReader reader, JsonTokenType type, string what, string kind)
    {
        if (reader.TokenType != type)
        {
            throw RequestException.Bad($"{what} has to be {kind}.");
        }
    }

    private static void Unescape(ref Utf8JsonReader reader, RequestRows rows)
    {
        Span<byte> room = rows.Room(reader.ValueSpan.Length);
        rows.Advance(reader.CopyString(room));
    }

    private static RequestException HalfCharacter() => RequestException.Bad("The body has an escaped half of a character (a lone surrogate).");
}
