using System.Runtime.InteropServices;
using Google.Protobuf;
using Taper.Embeddings.Storage;

namespace Taper.Models.Onnx;

/// <summary>
/// The constants of floats in an .onnx file that <see cref="OnnxGraph"/> wrote. Field numbers are those of onnx.proto; what is not asked
/// for is passed over.
/// </summary>
internal static class OnnxWeights
{
    private const int GraphOfModel = 7;
    private const int InitializerOfGraph = 5;
    private const int DimsOfTensor = 1;
    private const int TypeOfTensor = 2;
    private const int NameOfTensor = 8;
    private const int PayloadOfTensor = 9;
    private const int Float = 1;

    /// <exception cref="ArtifactException">It is no such file.</exception>
    public static IReadOnlyDictionary<string, NetworkTensor> Read(string path)
    {
        try
        {
            Dictionary<string, NetworkTensor> weights = [];
            foreach (ByteString graph in Fields(ByteString.CopyFrom(File.ReadAllBytes(path)), GraphOfModel))
            {
                foreach (ByteString initializer in Fields(graph, InitializerOfGraph))
                {
                    Add(weights, initializer);
                }
            }

            return weights;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException or OverflowException or FileNotFoundException)
        {
            throw new ArtifactException($"{path}: its weights cannot be read ({e.Message}); export the bundle again.", e);
        }
    }

    private static void Add(Dictionary<string, NetworkTensor> weights, ByteString initializer)
    {
        List<int> shape = [];
        (string name, long type, ByteString payload) = ("", 0, ByteString.Empty);
        CodedInputStream input = initializer.CreateCodedInput();
        while (input.ReadTag() is uint tag and > 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case DimsOfTensor:
                    shape.Add(checked((int)input.ReadInt64()));
                    break;
                case TypeOfTensor:
                    type = input.ReadInt64();
                    break;
                case NameOfTensor:
                    name = input.ReadString();
                    break;
                case PayloadOfTensor:
                    payload = input.ReadBytes();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        if (type != Float)
        {
            return;
        }

        int count = shape.Aggregate(1, (product, width) => checked(product * width));
        if (payload.Length != (long)count * sizeof(float))
        {
            throw new FormatException($"'{name}' has {payload.Length} bytes for {count} numbers");
        }

        weights[name] = new NetworkTensor([.. shape], MemoryMarshal.Cast<byte, float>(payload.Span).ToArray());
    }

    private static List<ByteString> Fields(ByteString message, int field)
    {
        List<ByteString> found = [];
        CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is uint tag and > 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                found.Add(input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }
}
