using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Inference;

namespace Taper.Server.Tests;

/// <summary>A client that was generated from the protocol's schema, over a server in this process.</summary>
internal sealed class GrpcCaller : IDisposable
{
    private static readonly Marshaller<byte[]> AsTheyAre = Marshallers.Create(bytes => bytes, bytes => bytes);
    private readonly GrpcChannel channel;

    public GrpcCaller(TestServer server)
    {
        channel = GrpcChannel.ForAddress(server.Client.BaseAddress!, new GrpcChannelOptions { HttpHandler = server.Handler });
        Calls = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
    }

    public GRPCInferenceService.GRPCInferenceServiceClient Calls { get; }

    public ChannelBase Channel => channel;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The status of a call that is to fail, or OK.</summary>
    public static async Task<Status> StatusOf<T>(AsyncUnaryCall<T> call)
    {
        using (call)
        {
            try
            {
                await call;
                return Status.DefaultSuccess;
            }
            catch (RpcException e)
            {
                return e.Status;
            }
        }
    }

    /// <summary>Sends any bytes as the message of a call.</summary>
    public AsyncUnaryCall<byte[]> Send(string method, byte[] message, Metadata? headers = null) => channel.CreateCallInvoker().AsyncUnaryCall(
        new Method<byte[], byte[]>(MethodType.Unary, "inference.GRPCInferenceService", method, AsTheyAre, AsTheyAre),
        null, new CallOptions(headers, cancellationToken: Cancellation), message);

    public void Dispose() => channel.Dispose();

    public static ModelInferRequest Request(params ModelInferRequest.Types.InferInputTensor[] inputs) => new() { ModelName = TestServer.Model, Inputs = { inputs } };

    public static ModelInferRequest.Types.InferInputTensor Input(string name, string datatype, int rows, InferTensorContents? contents = null) =>
        new() { Name = name, Datatype = datatype, Shape = { rows }, Contents = contents };

    public static InferTensorContents Texts(params string[] texts) => new() { BytesContents = { texts.Select(ByteString.CopyFromUtf8) } };
}
