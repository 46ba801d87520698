using System.Runtime.InteropServices;

namespace Taper.Models.Onnx;

/// <summary>
/// An ONNX model under construction: operators are added in the order they run, each returns the name of its output.
/// The field numbers are those of onnx.proto (IR version 8, operator set 17).
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;
    private const int Float = 1;
    private const int Int64 = 7;
    private const int IntegerAttribute = 2;

    private readonly List<ProtoMessage> nodes = [];
    private readonly List<ProtoMessage> constants = [];
    private readonly List<ProtoMessage> inputs = [];
    private readonly List<ProtoMessage> outputs = [];

    /// <summary>Declares an input of floats, [N, width].</summary>
    public string Input(string input, int width)
    {
        inputs.Add(Declaration(input, width));
        return input;
    }

    /// <summary>Makes a result the output of that name, [N, width].</summary>
    public void Output(string output, string result, int width)
    {
        nodes.Add(Node("Identity", output, [result], []));
        outputs.Add(Declaration(output, width));
    }

    /// <summary>Adds a constant of floats.</summary>
    public string Constant(string constant, NetworkTensor tensor) =>
        Constant(constant, Float, tensor.Shape, MemoryMarshal.AsBytes<float>(tensor.Data).ToArray());

    /// <summary>Adds a one-dimensional constant of 64-bit integers.</summary>
    public string Constant(string constant, params long[] values) =>
        Constant(constant, Int64, [values.Length], MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>Adds an operator with one output.</summary>
    public string Add(string operation, string[] operands, params (string Name, long Value)[] attributes)
    {
        string result = $"{operation.ToLowerInvariant()}_{nodes.Count}";
        nodes.Add(Node(operation, result, operands, attributes));
        return result;
    }

    /// <summary>The finished model, the bytes of an .onnx file.</summary>
    public byte[] ToModel()
    {
        ProtoMessage graph = new();
        nodes.ForEach(node => graph.Message(1, node));
        graph.Text(2, name);
        constants.ForEach(constant => graph.Message(5, constant));
        inputs.ForEach(input => graph.Message(11, input));
        outputs.ForEach(output => graph.Message(12, output));
        return new ProtoMessage()
            .Number(1, IrVersion)
            .Text(2, "taper")
            .Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Number(2, OperatorSet))
            .ToArray();
    }

    private static ProtoMessage Node(
        string operation, string result, string[] operands, (string Name, long Value)[] attributes)
    {
        ProtoMessage node = new();
        foreach (string operand in operands)
        {
            node.Text(1, operand);
        }

        node.Text(2, result).Text(3, result).Text(4, operation);
        foreach ((string attribute, long value) in attributes)
        {
            node.Message(5, new ProtoMessage().Text(1, attribute).Number(3, value).Number(20, IntegerAttribute));
        }

        return node;
    }

    private static ProtoMessage Declaration(string value, int width)
    {
        ProtoMessage shape = new ProtoMessage()
            .Message(1, new ProtoMessage().Text(2, "N"))
            .Message(1, new ProtoMessage().Number(1, width));
        ProtoMessage tensor = new ProtoMessage().Number(1, Float).Message(2, shape);
        return new ProtoMessage().Text(1, value).Message(2, new ProtoMessage().Message(1, tensor));
    }

    private string Constant(string constant, int type, int[] shape, byte[] payload)
    {
        ProtoMessage tensor = new();
        foreach (int dimension in shape)
        {
            tensor.Number(1, dimension);
        }

        constants.Add(tensor.Number(2, type).Text(8, constant).Bytes(9, payload));
        return constant;
    }
}
