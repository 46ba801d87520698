using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Inference;
using Taper.Models.Tests;
using Taper.Server.Security;

namespace Taper.Server.Tests;

/// <summary>The Open Inference Protocol over gRPC.</summary>
public sealed class GrpcTests
{
    [Fact]
    public async Task Server_models_and_repository_answer_every_call()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        CancellationToken cancellation = GrpcCaller.Cancellation;
        Assert.True((await grpc.Calls.ServerLiveAsync(new(), cancellationToken: cancellation)).Live);
        Assert.True((await grpc.Calls.ServerReadyAsync(new(), cancellationToken: cancellation)).Ready);
        ServerMetadataResponse about = await grpc.Calls.ServerMetadataAsync(new(), cancellationToken: cancellation);
        Assert.Equal("taper", about.Name);
        Assert.Equal(["model_repository"], about.Extensions);
        ModelMetadataResponse model = await grpc.Calls.ModelMetadataAsync(new() { Name = "random" }, cancellationToken: cancellation);
        Assert.Equal("random 1 taper", $"{model.Name} {Assert.Single(model.Versions)} {model.Platform}");
        Assert.Equal(
            ["colour BYTES [-1]", "other_colour BYTES [-1]", "price FP64 [-1]", "tags BYTES [-1]", "year FP64 [-1]", "probability FP32 [-1]"],
            model.Inputs.Concat(model.Outputs).Select(tensor => $"{tensor.Name} {tensor.Datatype} [{string.Join(',', tensor.Shape)}]"));

        Assert.True((await grpc.Calls.ModelReadyAsync(new() { Name = "random", Version = "1" }, cancellationToken: cancellation)).Ready);
        var unload = new RepositoryModelUnloadRequest { ModelName = "random", Parameters = { ["unload_dependents"] = new() { BoolParam = false } } };
        await grpc.Calls.RepositoryModelUnloadAsync(unload, cancellationToken: cancellation);
        Assert.False((await grpc.Calls.ModelReadyAsync(new() { Name = "random" }, cancellationToken: cancellation)).Ready);
        Assert.False((await grpc.Calls.ServerReadyAsync(new(), cancellationToken: cancellation)).Ready);
        RepositoryIndexResponse index = await grpc.Calls.RepositoryIndexAsync(new(), cancellationToken: cancellation);
        Assert.Equal(["random  UNAVAILABLE unloaded"], index.Models.Select(m => $"{m.Name} {m.Version} {m.State} {m.Reason}"));
        Assert.Empty((await grpc.Calls.RepositoryIndexAsync(new() { Ready = true }, cancellationToken: cancellation)).Models);
        await grpc.Calls.RepositoryModelLoadAsync(new() { ModelName = "random" }, cancellationToken: cancellation);
        index = await grpc.Calls.RepositoryIndexAsync(new() { Ready = true }, cancellationToken: cancellation);
        Assert.Equal(["random 1 READY "], index.Models.Select(m => $"{m.Name} {m.Version} {m.State} {m.Reason}"));
    }

    [Fact]
    public async Task Tensors_of_every_kind_are_scored()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        using var model = new RandomModel("dnn", 1);
        ModelInferRequest request = GrpcCaller.Request(
            GrpcCaller.Input("colour", "BYTES", 2, GrpcCaller.Texts("red", "größe")),
            GrpcCaller.Input("price", "FP32", 2, new() { Fp32Contents = { 2.5f, float.NaN } }),
            GrpcCaller.Input("tags.values", "BYTES", 3, GrpcCaller.Texts("war", "noir", "drama")),
            GrpcCaller.Input("tags.lengths", "INT32", 2, new() { IntContents = { 2, 1 } }),
            new() { Name = "year", Datatype = "INT64", Shape = { 2, 1 }, Contents = new() { Int64Contents = { 3, -3 } } });
        request.Id = "q1";
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "probability" });
        ModelInferResponse answer = await grpc.Calls.ModelInferAsync(request, cancellationToken: GrpcCaller.Cancellation);
        Assert.Equal("random 1 q1", $"{answer.ModelName} {answer.ModelVersion} {answer.Id}");
        ModelInferResponse.Types.InferOutputTensor output = Assert.Single(answer.Outputs);
        Assert.Equal("probability FP32 2", $"{output.Name} {output.Datatype} {Assert.Single(output.Shape)}");
        Assert.Empty(answer.RawOutputContents);
        PredictTests.Close(
            [model.Probability("red", "", "2.5", "war||noir", "3"), model.Probability("größe", "", "", "drama", "-3")], [.. output.Contents.Fp32Contents]);
    }

    [Fact]
    public async Task Elements_may_be_written_packed_or_one_by_one_and_fields_in_any_order()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        using var model = new RandomModel("dnn", 1);
        ModelInferRequest request = GrpcCaller.Request(
            GrpcCaller.Input("year", "INT32", 1, new() { IntContents = { -3 } }), GrpcCaller.Input("price", "FP64", 1, new() { Fp64Contents = { 2.25 } }));
        byte[] year = [.. Part(5, 0x10, 0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01), .. Part(1, "year"u8), 0x18, 1, .. Part(2, "INT32"u8)];
        byte[] price = [.. Part(1, "price"u8), .. Part(2, "FP64"u8), 0x18, 1, .. Part(5, [0x39, .. BitConverter.GetBytes(2.25)])];
        byte[] other = [.. Part(5, year), .. Part(1, "another"u8), .. Part(5, price), .. Part(1, "random"u8)];
        Assert.Equal(request, ModelInferRequest.Parser.ParseFrom(other));
        byte[] unknown = [0xA2, 0x06, 3, 1, 2, 3]; // field 100
        foreach (byte[] message in (byte[][])[request.ToByteArray(), other, [.. unknown, .. other]])
        {
            ModelInferResponse answer = ModelInferResponse.Parser.ParseFrom(await grpc.Send("ModelInfer", message));
            PredictTests.Close([model.Probability("", "", "2.25", "", "-3")], [.. answer.Outputs[0].Contents.Fp32Contents]);
        }
    }

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task What_does_not_fit_is_refused_with_the_sentence_of_REST(string what, StatusCode code, string words)
    {
        await using TestServer server = await TestServer.StartAsync("limits.max_rows=3", "limits.max_body_bytes=2000");
        using var grpc = new GrpcCaller(server);
        Status status = await GrpcCaller.StatusOf(grpc.Calls.ModelInferAsync(Misfit(what), cancellationToken: GrpcCaller.Cancellation));
        Assert.Equal(code, status.StatusCode);
        Assert.Contains(words, status.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, StatusCode, string> Misfits() => new()
    {
        { "model", StatusCode.NotFound, "did you mean 'random'?" },
        { "version", StatusCode.NotFound, "no version '2'" },
        { "nothing", StatusCode.InvalidArgument, "no inputs that say how many rows" },
        { "name", StatusCode.InvalidArgument, "did you mean 'colour'?" },
        { "datatype", StatusCode.InvalidArgument, "'colour' has the datatype 'FP32'" },
        { "shape", StatusCode.InvalidArgument, "'colour' has 1 elements; its shape says 2" },
        { "dimensions", StatusCode.InvalidArgument, "[N] or [N, 1]" },
        { "rows", StatusCode.ResourceExhausted, "more than 3 rows" },
        { "bytes", StatusCode.ResourceExhausted, "message" },
        { "contents", StatusCode.InvalidArgument, "elements in int64_contents; they have to be in bytes_contents" },
        { "output", StatusCode.InvalidArgument, "no output 'score'" },
        { "short raw", StatusCode.InvalidArgument, "'year' has 7 bytes; 1 elements of INT64 are 8" },
        { "lying raw", StatusCode.InvalidArgument, "'colour' ends within an element" },
        { "raw count", StatusCode.InvalidArgument, "2 raw_input_contents for 1 inputs" },
        { "both", StatusCode.InvalidArgument, "contents beside raw_input_contents" },
        { "utf-8", StatusCode.InvalidArgument, "not valid UTF-8" },
    };

    [Fact]
    public async Task Keys_open_what_they_open_over_REST()
    {
        await using TestServer server = await TestServer.StartAsync(
            $"security.api_keys.0.sha256={Convert.ToHexStringLower(ApiKey.Hash("infer-key"))}",
            $"security.api_keys.1.sha256={Convert.ToHexStringLower(ApiKey.Hash("manage-key"))}", "security.api_keys.1.rights=manage");
        using var grpc = new GrpcCaller(server);
        foreach ((Metadata headers, StatusCode infer, StatusCode load) in ((Metadata, StatusCode, StatusCode)[])
        [
            ([], StatusCode.Unauthenticated, StatusCode.Unauthenticated),
            (new() { { "x-api-key", "wrong" } }, StatusCode.Unauthenticated, StatusCode.Unauthenticated),
            (new() { { "x-api-key", "infer-key" } }, StatusCode.OK, StatusCode.PermissionDenied),
            (new() { { "authorization", "Bearer manage-key" } }, StatusCode.PermissionDenied, StatusCode.OK),
        ])
        {
            ModelInferRequest request = GrpcCaller.Request(GrpcCaller.Input("colour", "BYTES", 1, GrpcCaller.Texts("red")));
            Status inferred = await GrpcCaller.StatusOf(grpc.Calls.ModelInferAsync(request, headers, cancellationToken: GrpcCaller.Cancellation));
            Assert.Equal(infer, inferred.StatusCode);
            Status loaded = await GrpcCaller.StatusOf(grpc.Calls.RepositoryModelLoadAsync(new() { ModelName = "random" }, headers, cancellationToken: GrpcCaller.Cancellation));
            Assert.Equal(load, loaded.StatusCode);
            Assert.True((await grpc.Calls.ServerReadyAsync(new(), headers, cancellationToken: GrpcCaller.Cancellation)).Ready);
            Assert.All([inferred, loaded], status => Assert.True(status.StatusCode is StatusCode.OK || status.Detail.Contains("API key", StringComparison.Ordinal), status.Detail));
        }
    }

    [Fact]
    public async Task Health_follows_the_models()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        var health = new Health.HealthClient(grpc.Channel);
        foreach (string service in (string[])["", "inference.GRPCInferenceService"])
        {
            server.Repository.Load("random");
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new() { Service = service }, cancellationToken: GrpcCaller.Cancellation)).Status);
            server.Repository.Unload("random");
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new() { Service = service }, cancellationToken: GrpcCaller.Cancellation)).Status);
        }
    }

    [Fact]
    public async Task Reflection_describes_the_protocol()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        using var asked = new ServerReflection.ServerReflectionClient(grpc.Channel).ServerReflectionInfo(cancellationToken: GrpcCaller.Cancellation);
        await asked.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, GrpcCaller.Cancellation);
        await asked.RequestStream.CompleteAsync();
        Assert.True(await asked.ResponseStream.MoveNext(GrpcCaller.Cancellation));
        Assert.Contains("inference.GRPCInferenceService", asked.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Fact]
    public async Task A_name_with_a_line_break_is_refused_on_one_line()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        Status status = await GrpcCaller.StatusOf(grpc.Calls.ModelReadyAsync(new() { Name = "r\nn" }, cancellationToken: GrpcCaller.Cancellation));
        Assert.Equal(StatusCode.NotFound, status.StatusCode);
        Assert.Contains("'r\uFFFDn'", status.Detail, StringComparison.Ordinal);
        (await server.GetAsync("/v2/models/r%0An")).Refused(System.Net.HttpStatusCode.NotFound, "'r\uFFFDn'");
    }

    [Fact]
    public async Task Messages_that_are_compressed_or_no_messages_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        var zipped = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        Assert.Equal(StatusCode.Unimplemented, (await GrpcCaller.StatusOf(grpc.Calls.ModelInferAsync(GrpcCaller.Request(), zipped, cancellationToken: GrpcCaller.Cancellation))).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await GrpcCaller.StatusOf(grpc.Send("ModelGuess", []))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await GrpcCaller.StatusOf(grpc.Send("ModelMetadata", [0x0A, 0x20]))).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await GrpcCaller.StatusOf(grpc.Send("ModelMetadata", new byte[70_000]))).StatusCode);
        Assert.Equal(StatusCode.NotFound, (await GrpcCaller.StatusOf(grpc.Calls.RepositoryIndexAsync(new() { RepositoryName = "x" }, cancellationToken: GrpcCaller.Cancellation))).StatusCode);
        var config = new RepositoryModelLoadRequest { ModelName = "random", Parameters = { ["config"] = new() { StringParam = "{}" } } };
        Assert.Equal(StatusCode.InvalidArgument, (await GrpcCaller.StatusOf(grpc.Calls.RepositoryModelLoadAsync(config, cancellationToken: GrpcCaller.Cancellation))).StatusCode);
    }

    private static byte[] Part(int field, params ReadOnlySpan<byte> bytes) => [(byte)((field << 3) | 2), (byte)bytes.Length, .. bytes];

    private static ModelInferRequest Misfit(string what)
    {
        ModelInferRequest request = GrpcCaller.Request(GrpcCaller.Input("colour", "BYTES", 1, GrpcCaller.Texts("red")));
        ModelInferRequest.Types.InferInputTensor colour = request.Inputs[0];
        ModelInferRequest raw = GrpcCaller.Request(GrpcCaller.Input("year", "INT64", 1));
        switch (what)
        {
            case "model": request.ModelName = "randon"; return request;
            case "version": request.ModelVersion = "2"; return request;
            case "nothing": request.Inputs.Clear(); return request;
            case "name": colour.Name = "colur"; return request;
            case "datatype": colour.Datatype = "FP32"; return request;
            case "shape": colour.Shape[0] = 2; return request;
            case "dimensions": colour.Shape.Add(2); return request;
            case "rows": colour.Shape[0] = 2_000_000_000; return request;
            case "bytes": colour.Contents = GrpcCaller.Texts(new string('x', 2000)); return request;
            case "contents": colour.Contents = new() { Int64Contents = { 1 } }; return request;
            case "output": request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "score" }); return request;
            case "utf-8": colour.Contents = new() { BytesContents = { ByteString.CopyFrom(0xff) } }; return request;
            case "both": request.RawInputContents.Add(ByteString.CopyFrom(3, 0, 0, 0, 1, 2, 3)); return request;
            case "lying raw": request.RawInputContents.Add(ByteString.CopyFrom(4, 0, 0, 0, 1, 2, 3)); colour.Contents = null; return request;
            case "raw count": raw.RawInputContents.Add([ByteString.CopyFrom(new byte[8]), ByteString.Empty]); return raw;
            default: raw.RawInputContents.Add(ByteString.CopyFrom(new byte[7])); return raw;
        }
    }
}
