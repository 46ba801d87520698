using Taper.Server.Protocols;
using Taper.Server.Protocols.Tensors;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Grpc;

/// <summary>Reads the tensors of a <c>ModelInferRequest</c> from its bytes, typed or raw, without a copy of them.</summary>
internal static class TensorMessages
{
    private const int Inputs = 5;
    private const int RawInputContents = 7;
    private const int Name = 1;
    private const int Datatype = 2;
    private const int Shape = 3;
    private const int Contents = 5;
    private const int MostShape = 8;

    /// <summary>Fills the rows of a request.</summary>
    /// <returns>Whether its tensors are raw.</returns>
    /// <exception cref="RequestException">400: they do not fit the model or their shapes; 413: over a limit.</exception>
    public static bool Read(ReadOnlySpan<byte> message, ModelFields fields, RequestRows rows)
    {
        var tensors = new InputTensors(fields, rows);
        List<Range> inputs = Declare(message, tensors);
        tensors.Begin();
        List<Range> raw = RawOf(message, inputs.Count);
        foreach ((int i, InputTensor tensor) in tensors.InOrder())
        {
            ReadOnlySpan<byte> input = message[inputs[i]];
            if (raw.Count > 0)
            {
                RefuseContents(input, tensor);
                BinaryTensors.Read(tensor, message[raw[i]]);
            }
            else
            {
                ReadContents(input, tensor);
            }

            tensor.End();
        }

        return raw.Count > 0;
    }

    /// <summary>Declares the inputs; each is refused when a field comes again, so there are no more of them than fields allow.</summary>
    private static List<Range> Declare(ReadOnlySpan<byte> message, InputTensors tensors)
    {
        List<Range> inputs = [];
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.IsBytes(Inputs))
            {
                DeclareOne(reader.Bytes, tensors);
                inputs.Add(PlaceOf(reader.Bytes, message));
            }
        }

        return inputs;
    }

    private static void DeclareOne(ReadOnlySpan<byte> input, InputTensors tensors)
    {
        string name = "", datatype = "";
        Span<long> shape = stackalloc long[MostShape];
        int dimensions = 0;
        var reader = new ProtobufReader(input);
        while (reader.Next())
        {
            if (reader.IsBytes(Name))
            {
                name = reader.Text("An input's name");
            }
            else if (reader.IsBytes(Datatype))
            {
                datatype = reader.Text("An input's datatype");
            }
            else if (reader.IsBytes(Shape))
            {
                for (ReadOnlySpan<byte> packed = reader.Bytes; !packed.IsEmpty && dimensions < MostShape;)
                {
                    shape[dimensions++] = (long)ProtobufReader.TakeVarint(ref packed);
                }
            }
            else if (reader is { Field: Shape, Wire: WireType.Varint } && dimensions < MostShape)
            {
                shape[dimensions++] = (long)reader.Varint;
            }
        }

        tensors.Declare(name, datatype, shape[..dimensions]);
    }

    private static List<Range> RawOf(ReadOnlySpan<byte> message, int inputs)
    {
        List<Range> raw = [];
        int count = 0;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.IsBytes(RawInputContents) && count++ < inputs)
            {
                raw.Add(PlaceOf(reader.Bytes, message));
            }
        }

        return count == 0 || count == inputs
            ? raw
            : throw RequestException.Bad($"There are {count} raw_input_contents for {inputs} inputs; give each input one, in the inputs' order.");
    }

    private static void RefuseContents(ReadOnlySpan<byte> input, InputTensor tensor)
    {
        var reader = new ProtobufReader(input);
        while (reader.Next())
        {
            if (reader.IsBytes(Contents) && !reader.Bytes.IsEmpty)
            {
                throw RequestException.Bad($"The input '{tensor.Name}' has contents beside raw_input_contents; give one of the two.");
            }
        }
    }

    private static void ReadContents(ReadOnlySpan<byte> input, InputTensor tensor)
    {
        var reader = new ProtobufReader(input);
        while (reader.Next())
        {
            if (reader.IsBytes(Contents))
            {
                TypedContents.Read(reader.Bytes, tensor);
            }
        }
    }

    private static Range PlaceOf(ReadOnlySpan<byte> part, ReadOnlySpan<byte> message)
    {
        message.Overlaps(part, out int start); // an empty part lies nowhere, and begins at 0
        return start..(start + part.Length);
    }
}
