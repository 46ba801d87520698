using Taper.Server.Protocols;
using Taper.Server.Protocols.Tensors;

namespace Taper.Server.Grpc;

/// <summary>Reads an <c>InferTensorContents</c>: elements in the field of their datatype, packed or one by one.</summary>
internal static class TypedContents
{
    private static readonly string[] Fields =
        ["bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <summary>Gives a tensor its elements.</summary>
    /// <exception cref="RequestException">400: they are in another datatype's field, or too many.</exception>
    public static void Read(ReadOnlySpan<byte> contents, InputTensor tensor)
    {
        int field = FieldOf(tensor.Datatype);
        var reader = new ProtobufReader(contents);
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                Add(tensor, reader);
            }
            else if (reader.Field <= Fields.Length)
            {
                throw RequestException.Bad(
                    $"The input '{tensor.Name}' is {tensor.Datatype}, but has elements in {Fields[reader.Field - 1]}; they have to be in {Fields[field - 1]}.");
            }
        }
    }

    private static int FieldOf(string datatype) => 1 + Array.IndexOf(Fields, datatype switch
    {
        TensorTypes.Bytes => "bytes_contents",
        TensorTypes.Int32 => "int_contents",
        TensorTypes.Int64 => "int64_contents",
        TensorTypes.Fp32 => "fp32_contents",
        _ => "fp64_contents",
    });

    private static void Add(InputTensor tensor, ProtobufReader reader)
    {
        ReadOnlySpan<byte> elements = reader.Bytes;
        switch (tensor.Datatype, reader.Wire)
        {
            case (TensorTypes.Bytes, WireType.Bytes):
                tensor.Add(elements);
                break;
            case (TensorTypes.Int32 or TensorTypes.Int64, WireType.Varint):
                AddWhole(tensor, reader.Varint);
                break;
            case (TensorTypes.Int32 or TensorTypes.Int64, WireType.Bytes):
                while (!elements.IsEmpty)
                {
                    AddWhole(tensor, ProtobufReader.TakeVarint(ref elements));
                }

                break;
            case (TensorTypes.Fp32, WireType.Fixed32 or WireType.Bytes):
                while (!elements.IsEmpty)
                {
                    tensor.Add((double)ProtobufReader.TakeSingle(ref elements));
                }

                break;
            case (TensorTypes.Fp64, WireType.Fixed64 or WireType.Bytes):
                while (!elements.IsEmpty)
                {
                    tensor.Add(ProtobufReader.TakeDouble(ref elements));
                }

                break;
            default:
                throw RequestException.Bad($"The input '{tensor.Name}' has an element that is not {tensor.Datatype}.");
        }
    }

    /// <summary>Protobuf writes an int32 that is negative as 64 bits, and a reader takes the lower 32.</summary>
    private static void AddWhole(InputTensor tensor, ulong varint) =>
        tensor.Add(tensor.Datatype == TensorTypes.Int32 ? (int)varint : (long)varint);
}
