using System.Text.Json;

namespace Taper.Server.Protocols.Tensors;

/// <summary>The JSON of an inference request, its tensors' elements not yet read.</summary>
internal sealed class InferHeader
{
    private const int MostShape = 8;
    private bool hasId;
    private bool hasInputs;
    private bool hasOutputs;
    private bool hasParameters;

    private InferHeader()
    {
    }

    /// <summary>The request's id; null: it has none.</summary>
    public string? Id { get; private set; }

    /// <summary>Whether the output is wanted in binary form.</summary>
    public bool BinaryOutput { get; private set; }

    /// <summary>The input tensors.</summary>
    public List<TensorHeader> Inputs { get; } = [];

    /// <summary>Parses it.</summary>
    /// <exception cref="RequestException">400: it is no such request.</exception>
    public static InferHeader Parse(ReadOnlySpan<byte> json)
    {
        var header = new InferHeader();
        JsonInput.Parse(json, header, static (ref Utf8JsonReader reader, InferHeader header) => header.Read(ref reader));
        if (!header.hasInputs)
        {
            throw RequestException.Bad("The body has no 'inputs'; write {\"inputs\": [{\"name\": ..., \"shape\": [N], \"datatype\": ..., \"data\": [...]}, ...]}.");
        }

        return header;
    }

    private void Read(ref Utf8JsonReader reader)
    {
        JsonInput.RequireObject(ref reader, "The body");
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                JsonInput.Once(ref hasId, "id");
                reader.Read();
                Id = JsonInput.String(ref reader, "'id'");
            }
            else if (reader.ValueTextEquals("inputs"u8))
            {
                JsonInput.Once(ref hasInputs, "inputs");
                reader.Read();
                ReadInputs(ref reader);
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                JsonInput.Once(ref hasOutputs, "outputs");
                reader.Read();
                ReadOutputs(ref reader);
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                JsonInput.Once(ref hasParameters, "parameters");
                reader.Read();
                BinaryOutput |= new TensorParameters(ref reader).BinaryOutput;
            }
            else
            {
                throw JsonInput.UnknownKey(ref reader, "id", "inputs", "outputs", "parameters");
            }
        }
    }

    private void ReadInputs(ref Utf8JsonReader reader)
    {
        JsonInput.RequireArray(ref reader, "'inputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonInput.RequireObject(ref reader, "An input");
            Inputs.Add(ReadInput(ref reader));
        }
    }

    private static TensorHeader ReadInput(ref Utf8JsonReader reader)
    {
        var input = new TensorHeader();
        (bool name, bool datatype, bool shape, bool data, bool parameters) = (false, false, false, false, false);
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
            {
                JsonInput.Once(ref name, "name");
                reader.Read();
                input.Name = JsonInput.String(ref reader, "An input's 'name'");
            }
            else if (reader.ValueTextEquals("datatype"u8))
            {
                JsonInput.Once(ref datatype, "datatype");
                reader.Read();
                input.Datatype = JsonInput.String(ref reader, "An input's 'datatype'");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                JsonInput.Once(ref shape, "shape");
                reader.Read();
                ReadShape(ref reader, input);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                JsonInput.Once(ref data, "data");
                reader.Read();
                SkipData(ref reader, input);
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                JsonInput.Once(ref parameters, "parameters");
                reader.Read();
                input.BinarySize = new TensorParameters(ref reader).BinarySize;
            }
            else
            {
                throw JsonInput.UnknownKey(ref reader, "name", "datatype", "shape", "data", "parameters");
            }
        }

        if (!name || !datatype || !shape)
        {
            throw RequestException.Bad("An input has to have a 'name', a 'datatype' and a 'shape'.");
        }

        return data == (input.BinarySize is null)
            ? input
            : throw RequestException.Bad($"The input '{JsonInput.Shorten(input.Name)}' has to have either 'data' or the parameter 'binary_data_size'.");
    }

    private static void ReadShape(ref Utf8JsonReader reader, TensorHeader input)
    {
        JsonInput.RequireArray(ref reader, "An input's 'shape'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0 || input.Shape.Count == MostShape)
            {
                throw RequestException.Bad("An input's 'shape' has to be [N] or [N, 1], with a whole number N of 0 or more.");
            }

            input.Shape.Add(size);
        }
    }

    /// <summary>Elements are read when datatype and shape are known, wherever they stand.</summary>
    private static void SkipData(ref Utf8JsonReader reader, TensorHeader input)
    {
        JsonInput.RequireArray(ref reader, "An input's 'data'");
        input.Start = (int)reader.TokenStartIndex;
        reader.Skip();
        input.Length = (int)reader.BytesConsumed - input.Start;
    }

    private void ReadOutputs(ref Utf8JsonReader reader)
    {
        JsonInput.RequireArray(ref reader, "'outputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonInput.RequireObject(ref reader, "An output");
            ReadOutput(ref reader);
        }
    }

    private void ReadOutput(ref Utf8JsonReader reader)
    {
        while (JsonInput.NextName(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                InferProtocol.RequireOutput(JsonInput.String(ref reader, "An output's 'name'"));
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                reader.Read();
                BinaryOutput |= new TensorParameters(ref reader).Binary;
            }
            else
            {
                throw JsonInput.UnknownKey(ref reader, "name", "parameters");
            }
        }
    }
}
