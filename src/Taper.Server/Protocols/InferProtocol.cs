using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Taper.Server.Protocols.Tensors;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>
/// Inference of the Open Inference Protocol v2 over REST, with the binary tensor extension: tensors as JSON, or as raw
/// little-endian numbers behind the JSON.
/// </summary>
internal sealed class InferProtocol : RestProtocol<InferProtocol.Options>
{
    /// <summary>The header that says how many bytes of a body are JSON.</summary>
    public const string JsonLengthHeader = "Inference-Header-Content-Length";

    /// <summary>The name of the only output.</summary>
    public const string Output = "probability";

    /// <summary>Refuses a request for an output that there is not.</summary>
    /// <exception cref="RequestException">400: there is none of this name.</exception>
    public static void RequireOutput(string name)
    {
        if (name != Output)
        {
            throw RequestException.Bad($"There is no output '{JsonInput.Shorten(name)}'; the only one is '{Output}'.");
        }
    }

    /// <inheritdoc/>
    public override Options Parse(HttpRequest request, ReadOnlySpan<byte> body, ModelVersion version, RequestRows rows)
    {
        int jsonLength = JsonLengthOf(request, body.Length);
        InferHeader header = InferHeader.Parse(body[..jsonLength]);
        var tensors = new InputTensors(version.Fields, rows);
        foreach (TensorHeader input in header.Inputs)
        {
            tensors.Declare(input.Name, input.Datatype, CollectionsMarshal.AsSpan(input.Shape));
        }

        tensors.Begin();
        BinaryTensors.Place(header.Inputs, body.Length - jsonLength);
        foreach ((int i, InputTensor tensor) in tensors.InOrder())
        {
            Fill(tensor, header.Inputs[i], body, jsonLength);
        }

        return new Options(header.Id, header.BinaryOutput);
    }

    /// <inheritdoc/>
    public override void Write(HttpResponse response, Options options, ModelVersion version, Workspace workspace)
    {
        ReadOnlySpan<float> scores = workspace.Scores.Span;
        Utf8JsonWriter json = workspace.Json;
        json.WriteStartObject();
        json.WriteString("model_name"u8, version.Model);
        json.WriteString("model_version"u8, version.VersionText);
        if (options.Id is not null)
        {
            json.WriteString("id"u8, options.Id);
        }

        json.WriteStartArray("outputs"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, Output);
        json.WriteString("datatype"u8, TensorTypes.Fp32);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(scores.Length);
        json.WriteEndArray();
        if (options.Binary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, scores.Length * sizeof(float));
            json.WriteEndObject();
        }
        else
        {
            ScoreArray.Write(json, "data"u8, scores);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        if (options.Binary)
        {
            json.Flush();
            response.Headers[JsonLengthHeader] = workspace.Answer.WrittenCount.ToString(CultureInfo.InvariantCulture);
            response.ContentType = "application/octet-stream";
            BinaryTensors.Write(workspace.Answer, scores);
        }
    }

    private static int JsonLengthOf(HttpRequest request, int bodyLength)
    {
        if (!request.Headers.TryGetValue(JsonLengthHeader, out var header))
        {
            return bodyLength;
        }

        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= bodyLength)
        {
            return length;
        }

        throw RequestException.Bad($"The header {JsonLengthHeader} has to be a whole number, at most the {bodyLength} bytes of the body.");
    }

    private static void Fill(InputTensor tensor, TensorHeader header, ReadOnlySpan<byte> body, int jsonLength)
    {
        if (header.BinarySize is int size)
        {
            BinaryTensors.Read(tensor, body.Slice(jsonLength + header.Start, size));
        }
        else
        {
            JsonTensor.Read(tensor, body.Slice(header.Start, header.Length));
        }

        tensor.End();
    }

    /// <summary>What a request asks for beside its tensors.</summary>
    /// <param name="Id">Comes back in the answer; null: none.</param>
    /// <param name="Binary">Whether the output is wanted in binary form.</param>
    internal readonly record struct Options(string? Id, bool Binary);
}
