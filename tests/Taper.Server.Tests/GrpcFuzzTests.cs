using System.Collections.Concurrent;
using CsCheck;
using Google.Protobuf;
using Grpc.Core;
using Inference;
using Taper.Server.Security;

namespace Taper.Server.Tests;

/// <summary>Whatever message is sent, the answer is scores or a refusal in one sentence: never a failure of the server.</summary>
public sealed class GrpcFuzzTests
{
    private static readonly string[] Methods =
    [
        "ModelInfer", "ModelInfer", "ModelInfer", "ModelInfer", "ModelInfer", "ModelInfer",
        "ModelReady", "ModelMetadata", "RepositoryIndex", "RepositoryModelLoad", "RepositoryModelUnload", "ServerReady",
    ];

    private static readonly Gen<InferTensorContents?> Contents = Gen.Select(
        Gen.Int[0, 8], Gen.Int[0, 4], AnyOf.These("red", "größe", "", "a text that is longer than the limit of this server, which is not long"),
        (kind, count, text) => Filled(kind, count, text));

    private static readonly Gen<ModelInferRequest.Types.InferInputTensor> Inputs = Gen.Select(
        AnyOf.These("colour", "tags", "tags.values", "tags.lengths", "year", "price", "colur", "", "colour.values", "💥"),
        AnyOf.These("BYTES", "INT64", "INT32", "FP32", "FP64", "FP16", "BOOL", ""),
        AnyOf.These<long>(0, 1, 2, 3, 201, int.MaxValue, long.MaxValue, -1, long.MinValue).Array[0, 3],
        Contents,
        (name, datatype, shape, contents) => new ModelInferRequest.Types.InferInputTensor { Name = name, Datatype = datatype, Shape = { shape }, Contents = contents });

    private static readonly Gen<ModelInferRequest> Wild = Gen.Select(
        AnyOf.These("random", "random", "random", "other", "randon", ""), AnyOf.These("", "", "", "1", "2", "x", "99999999999999999999"),
        Inputs.Array[0, 4], Gen.Byte.Array[0, 20].Array[0, 3], Gen.Bool,
        (model, version, inputs, raw, isRaw) => new ModelInferRequest
        {
            ModelName = model,
            ModelVersion = version,
            Inputs = { inputs },
            RawInputContents = { isRaw ? raw.Select(bytes => ByteString.CopyFrom(bytes)) : [] },
        });

    private static readonly Gen<ModelInferRequest> Good = Gen.Select(Gen.Int[1, 3], AnyOf.These("red", "größe"), AnyOf.These(false, true), (rows, text, isRaw) =>
    {
        ModelInferRequest request = GrpcCaller.Request(GrpcCaller.Input("colour", "BYTES", rows, Filled(8, rows, text)), GrpcCaller.Input("year", "INT64", rows, Filled(3, rows, "")));
        if (isRaw)
        {
            request.RawInputContents.Add([ByteString.CopyFrom([.. Enumerable.Range(0, rows).SelectMany(_ => (byte[])[1, 0, 0, 0, (byte)'x'])]), ByteString.CopyFrom(new byte[8 * rows])]);
            request.Inputs[0].Contents = request.Inputs[1].Contents = null;
        }

        return request;
    });

    private static readonly Gen<byte[]> Messages = Gen.Frequency(
        (3, Wild.Select(message => message.ToByteArray())),
        (1, Good.Select(message => message.ToByteArray())),
        (4, Gen.Select(Gen.OneOf(Good, Wild), Gen.Select(Gen.Double[0, 1], Gen.Byte, Gen.Int[0, 2]).Array[1, 3], (message, changes) => Spoil(message.ToByteArray(), changes))),
        (1, Gen.Byte.Array[0, 40]),
        (1, Gen.Int[1, 3000].Select(count => new byte[count])));

    private static readonly Gen<Metadata> Headers = AnyOf.These("key", "key", "key", "key", "key", "key", "key", "wrong", "reader", "").Select(key => new Metadata { { "x-api-key", key } });

    [Fact]
    public async Task Any_message_is_answered_or_refused_in_one_sentence()
    {
        await using TestServer server = await TestServer.StartAsync(
            $"security.api_keys.0.sha256={Convert.ToHexStringLower(ApiKey.Hash("key"))}", "security.api_keys.0.rights=infer,manage",
            $"security.api_keys.1.sha256={Convert.ToHexStringLower(ApiKey.Hash("reader"))}",
            "limits.max_rows=200", "limits.max_body_bytes=2048", "limits.max_text_bytes=64");
        server.AddVersion(1, "other");
        server.Repository.Poll();
        using var grpc = new GrpcCaller(server);
        var seen = new ConcurrentDictionary<StatusCode, int>();
        await Gen.Select(AnyOf.These(Methods), Messages, Headers).SampleAsync(
            async (method, message, headers) =>
            {
                Status status = await GrpcCaller.StatusOf(grpc.Send(method, message, headers));
                seen.AddOrUpdate(status.StatusCode, 1, (_, count) => count + 1);
                return status.StatusCode switch
                {
                    StatusCode.OK => true,
                    StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.ResourceExhausted or StatusCode.Unauthenticated or StatusCode.PermissionDenied
                        => FuzzTests.IsSentence(status.Detail),
                    // These requests may unload a model.
                    StatusCode.Unavailable => status.Detail.Contains("is not loaded", StringComparison.Ordinal),
                    _ => false,
                };
            },
            iter: 10_000,
            threads: Environment.ProcessorCount);
        StatusCode[] all = [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.ResourceExhausted, StatusCode.Unauthenticated, StatusCode.PermissionDenied];
        Assert.All(all, status => Assert.True(seen.GetValueOrDefault(status) > 10, $"{status}: {seen.GetValueOrDefault(status)}"));
    }

    private static InferTensorContents? Filled(int kind, int count, string text) => kind switch
    {
        0 => null,
        1 => new() { BoolContents = { Enumerable.Repeat(true, count) } },
        2 => new() { IntContents = { Enumerable.Range(-1, count) } },
        3 => new() { Int64Contents = { Enumerable.Repeat(long.MaxValue, count) } },
        4 => new() { UintContents = { Enumerable.Repeat(7u, count) } },
        5 => new() { Uint64Contents = { Enumerable.Repeat(7ul, count) } },
        6 => new() { Fp32Contents = { Enumerable.Repeat(float.NaN, count) } },
        7 => new() { Fp64Contents = { Enumerable.Repeat(double.MaxValue, count) } },
        _ => new() { BytesContents = { Enumerable.Repeat(ByteString.CopyFromUtf8(text), count) } },
    };

    /// <summary>Changes, takes out or adds a byte, a few times.</summary>
    private static byte[] Spoil(byte[] message, (double Place, byte Byte, int Way)[] changes)
    {
        foreach ((double place, byte odd, int way) in changes)
        {
            int at = (int)(place * message.Length);
            message = [.. message[..at], .. way == 1 ? Array.Empty<byte>() : [odd], .. message[Math.Min(message.Length, at + (way == 2 ? 0 : 1))..]];
        }

        return message;
    }
}
