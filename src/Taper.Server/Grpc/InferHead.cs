using Taper.Server.Protocols;

namespace Taper.Server.Grpc;

/// <summary>What a <c>ModelInferRequest</c> says beside its tensors.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version's number; empty: the highest.</param>
/// <param name="Id">Returned with the answer.</param>
internal readonly record struct InferHead(string Model, string Version, string Id)
{
    private const int ModelName = 1;
    private const int ModelVersion = 2;
    private const int RequestId = 3;
    private const int Outputs = 6;
    private const int OutputName = 1;

    /// <summary>Reads it from a message.</summary>
    /// <exception cref="RequestException">400: this is no such message, or asks for an output that there is not.</exception>
    public static InferHead Read(ReadOnlySpan<byte> message)
    {
        var head = new InferHead("", "", "");
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Wire != WireType.Bytes)
            {
                continue;
            }

            switch (reader.Field)
            {
                case ModelName:
                    head = head with { Model = reader.Text("The model's name") };
                    break;
                case ModelVersion:
                    head = head with { Version = reader.Text("The model's version") };
                    break;
                case RequestId:
                    head = head with { Id = reader.Text("The id") };
                    break;
                case Outputs:
                    CheckOutput(reader.Bytes);
                    break;
            }
        }

        return head;
    }

    private static void CheckOutput(ReadOnlySpan<byte> message)
    {
        string name = "";
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.IsBytes(OutputName))
            {
                name = reader.Text("An output's name");
            }
        }

        InferProtocol.RequireOutput(name);
    }
}
