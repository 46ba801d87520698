using System.Text;
using System.Text.Json;

namespace Taper.Server.Protocols.Tensors;

/// <summary>Reads a tensor's elements from a JSON array, flat or nested.</summary>
internal static class JsonTensor
{
    /// <summary>Gives a tensor its elements.</summary>
    /// <param name="tensor">Takes them.</param>
    /// <param name="json">The array; known to be well-formed.</param>
    /// <exception cref="RequestException">400: an element is not of the datatype, or there are too many.</exception>
    public static void Read(InputTensor tensor, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
            {
                continue;
            }

            if (!TryAdd(tensor, ref reader))
            {
                throw RequestException.Bad($"The input '{tensor.Name}' has an element that is not {tensor.Datatype}.");
            }
        }
    }

    private static bool TryAdd(InputTensor tensor, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null && tensor.Role == TensorRole.Rows)
        {
            tensor.Add([]);
            return true;
        }

        switch (tensor.Datatype)
        {
            case TensorTypes.Bytes when reader.TokenType == JsonTokenType.String:
                AddText(tensor, ref reader);
                return true;
            case TensorTypes.Int32 when reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number):
                tensor.Add(number);
                return true;
            case TensorTypes.Int64 when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number):
                tensor.Add(number);
                return true;
            case TensorTypes.Fp32 or TensorTypes.Fp64 when reader.TokenType == JsonTokenType.Number:
                tensor.Add(reader.ValueSpan); // the text as it is: nothing is lost on the way
                return true;
            default:
                return false;
        }
    }

    private static void AddText(InputTensor tensor, ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            tensor.Add(Encoding.UTF8.GetBytes(JsonInput.Text(ref reader)));
        }
        else
        {
            tensor.Add(reader.ValueSpan);
        }
    }
}
