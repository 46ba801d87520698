using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using Inference;
using Taper.Models;
using Taper.Server.Repository;

namespace Taper.Server.Tests;

/// <summary>Whatever way rows are sent, they have the same scores.</summary>
public sealed class GrpcAgreementTests
{
    private static readonly Gen<Row> Rows = Gen.Select(
        AnyOf.These("", "red", "größe", "x y", "mauve"),
        AnyOf.These(0f, 0.25f, -3.5f, 2f),
        AnyOf.These("war", "noir", "drama", "unheard of").Array[0, 3],
        Gen.Int[-5, 12],
        (colour, price, tags, year) => new Row(colour, price, tags, year));

    [Fact]
    public async Task Typed_raw_REST_and_the_scorer_agree()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var grpc = new GrpcCaller(server);
        using ModelLease lease = server.Repository.Acquire(TestServer.Model, null);
        await Rows.Array[1, 20].SampleAsync(
            async rows =>
            {
                float[] scorer = Score(lease.Version.Scorer, rows);
                ModelInferResponse typed = await grpc.Calls.ModelInferAsync(Typed(rows), cancellationToken: GrpcCaller.Cancellation);
                ModelInferResponse raw = await grpc.Calls.ModelInferAsync(Raw(rows), cancellationToken: GrpcCaller.Cancellation);
                Answer rest = (await server.PostAsync("/v1/models/random:predict", Json(rows))).Good();
                float[][] all = [[.. typed.Outputs[0].Contents.Fp32Contents], MemoryMarshal.Cast<byte, float>(raw.RawOutputContents[0].Span).ToArray(), rest.Floats("predictions")];
                return raw.Outputs[0].Contents is null
                    && all.All(scores => scores.Length == rows.Length && scores.Zip(scorer).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-6));
            },
            iter: 300);
    }

    private static float[] Score(Scorer scorer, Row[] rows)
    {
        FeatureBatch batch = scorer.CreateBatch();
        foreach (Row row in rows)
        {
            batch.AddRow(row.Colour, null, $"{row.Price}", string.Join("||", row.Tags), $"{row.Year}");
        }

        float[] scores = new float[rows.Length];
        scorer.Score(batch, scores);
        return scores;
    }

    private static string Json(Row[] rows) =>
        JsonSerializer.Serialize(new { instances = rows.Select(row => new { colour = row.Colour, price = row.Price, tags = row.Tags, year = row.Year }) });

    private static ModelInferRequest Typed(Row[] rows) => GrpcCaller.Request(
        GrpcCaller.Input("tags.values", "BYTES", rows.Sum(row => row.Tags.Length), GrpcCaller.Texts([.. rows.SelectMany(row => row.Tags)])),
        GrpcCaller.Input("colour", "BYTES", rows.Length, GrpcCaller.Texts([.. rows.Select(row => row.Colour)])),
        GrpcCaller.Input("year", "INT64", rows.Length, new() { Int64Contents = { rows.Select(row => (long)row.Year) } }),
        GrpcCaller.Input("tags.lengths", "INT32", rows.Length, new() { IntContents = { rows.Select(row => row.Tags.Length) } }),
        GrpcCaller.Input("price", "FP32", rows.Length, new() { Fp32Contents = { rows.Select(row => row.Price) } }));

    private static ModelInferRequest Raw(Row[] rows)
    {
        ModelInferRequest request = Typed(rows);
        foreach (ModelInferRequest.Types.InferInputTensor input in request.Inputs)
        {
            request.RawInputContents.Add(ByteString.CopyFrom(RawOf(input.Contents!)));
            input.Contents = null;
        }

        return request;
    }

    private static byte[] RawOf(InferTensorContents contents) =>
    [
        .. contents.BytesContents.SelectMany(text => (byte[])[.. BitConverter.GetBytes(text.Length), .. text]),
        .. contents.IntContents.SelectMany(BitConverter.GetBytes),
        .. contents.Int64Contents.SelectMany(BitConverter.GetBytes),
        .. contents.Fp32Contents.SelectMany(BitConverter.GetBytes),
    ];

    private sealed record Row(string Colour, float Price, string[] Tags, int Year);
}
