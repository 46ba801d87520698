using System.Buffers;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Inference;
using Taper.Server.Protocols;
using Taper.Server.Security;
using Taper.Server.Settings;

namespace Taper.Server.Grpc;

/// <summary>
/// Binds the methods of <c>inference.GRPCInferenceService</c> to the code that answers them, with the right that each requires.
/// Generated bindings would make an object of every element of a request before its limits can be checked, and answer a message
/// that cannot be parsed as a failure of the server.
/// </summary>
internal sealed partial class InferenceMethods(
    ModelCalls models, InferCall infer, BodyBudget budget, LimitSettings limits, ILogger<InferenceMethods> log) : IServiceMethodProvider<InferenceMethods>
{
    private const int MostBytesOfSmallMessages = 64 << 10;

    /// <summary>The service, as the schema describes it.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Service => OpenInferenceGrpcReflection.Descriptor.Services[0];

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<InferenceMethods> context)
    {
        Add(context, "ServerLive", null, ServerLiveRequest.Parser, _ => ModelCalls.Live());
        Add(context, "ServerReady", null, ServerReadyRequest.Parser, _ => models.Ready());
        Add(context, "ServerMetadata", Right.Infer, ServerMetadataRequest.Parser, _ => ModelCalls.Server());
        Add(context, "ModelReady", Right.Infer, ModelReadyRequest.Parser, models.ModelReady);
        Add(context, "ModelMetadata", Right.Infer, ModelMetadataRequest.Parser, models.Metadata);
        Add(context, "RepositoryIndex", Right.Infer, RepositoryIndexRequest.Parser, models.Index);
        Add(context, "RepositoryModelLoad", Right.Manage, RepositoryModelLoadRequest.Parser, models.Load);
        Add(context, "RepositoryModelUnload", Right.Manage, RepositoryModelUnloadRequest.Parser, models.Unload);
        Add(context, "ModelInfer", Right.Infer, payload => RequestBody.Copy(payload, budget, limits), AnswerInferAsync);
    }

    private void Add<TRequest, TResponse>(
        ServiceMethodProviderContext<InferenceMethods> context, string name, Right? right, MessageParser<TRequest> parser, Func<TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(context, name, right, payload => Parse(parser, payload), (request, _) => Task.FromResult(answer(request)));

    private void Add<TRequest, TResponse>(
        ServiceMethodProviderContext<InferenceMethods> context,
        string name,
        Right? right,
        Func<ReadOnlySequence<byte>, TRequest> parse,
        Func<TRequest, CancellationToken, Task<TResponse>> answer)
        where TRequest : class
        where TResponse : class, IMessage<TResponse>
    {
        var method = new Method<TRequest, TResponse>(
            MethodType.Unary,
            Service.FullName,
            name,
            new Marshaller<TRequest>((_, _) => throw new NotSupportedException(), payload => Parsed(parse, payload)),
            new Marshaller<TResponse>(Write, _ => throw new NotSupportedException()));
        context.AddUnaryMethod(
            method,
            right is Right required ? [new RequiredRight(required)] : [],
            (_, request, call) => AnswerAsync(answer, request, call));
    }

    private async Task<ModelInferResponse> AnswerInferAsync(RequestBody message, CancellationToken cancellation)
    {
        using (message)
        {
            return await infer.AnswerAsync(message, cancellation);
        }
    }

    private static TRequest Parse<TRequest>(MessageParser<TRequest> parser, ReadOnlySequence<byte> payload)
        where TRequest : IMessage<TRequest>
    {
        if (payload.Length > MostBytesOfSmallMessages)
        {
            throw RequestException.TooLarge($"The message has more than {MostBytesOfSmallMessages} bytes, which is the limit of this call.");
        }

        try
        {
            return parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            throw RequestException.Bad("The message is not a protobuf message of this call's type.");
        }
    }

    private static TRequest Parsed<TRequest>(Func<ReadOnlySequence<byte>, TRequest> parse, DeserializationContext payload)
    {
        try
        {
            return parse(payload.PayloadAsReadOnlySequence());
        }
        catch (RequestException refusal)
        {
            throw GrpcStatus.Of(refusal);
        }
    }

    private static void Write<TResponse>(TResponse response, SerializationContext context)
        where TResponse : IMessage<TResponse>
    {
        context.SetPayloadLength(response.CalculateSize());
        response.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        Func<TRequest, CancellationToken, Task<TResponse>> answer, TRequest request, ServerCallContext call)
    {
        try
        {
            return await answer(request, call.CancellationToken);
        }
        catch (RequestException refusal)
        {
            throw GrpcStatus.Of(refusal);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }
        catch (Exception e)
        {
            Unexpected(log, e, call.Method);
            throw new RpcException(new Status(StatusCode.Internal, "internal error"));
        }
    }

    [LoggerMessage(21, LogLevel.Error, "A call failed: {Method}.")]
    private static partial void Unexpected(ILogger log, Exception exception, string method);
}
