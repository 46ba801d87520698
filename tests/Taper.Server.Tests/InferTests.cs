using System.Buffers.Binary;
using System.Net;
using System.Text;
using Taper.Models.Tests;

namespace Taper.Server.Tests;

/// <summary>Inference of the Open Inference Protocol, as JSON and in binary form.</summary>
public sealed class InferTests
{
    private const string Infer = "/v2/models/random/infer";
    private const string JsonLength = "Inference-Header-Content-Length";

    [Fact]
    public async Task Server_and_models_describe_themselves()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("taper", (await server.GetAsync("/v2")).Good().Json.GetProperty("name").GetString());
        Assert.Equal(
            """{"name":"random","versions":["1"],"platform":"taper","inputs":[{"name":"colour","datatype":"BYTES","shape":[-1]},{"name":"other_colour","datatype":"BYTES","shape":[-1]},{"name":"price","datatype":"FP64","shape":[-1]},{"name":"tags","datatype":"BYTES","shape":[-1]},{"name":"year","datatype":"FP64","shape":[-1]}],"outputs":[{"name":"probability","datatype":"FP32","shape":[-1]}]}""",
            Encoding.UTF8.GetString((await server.GetAsync("/v2/models/random")).Good().Body));
        (await server.GetAsync("/v2/models/random/versions/1")).Good();
        (await server.GetAsync("/v2/models/random/versions/2")).Refused(HttpStatusCode.NotFound, "no version '2'");
        (await server.GetAsync("/v2/models/randon")).Refused(HttpStatusCode.NotFound, "did you mean 'random'?");
    }

    [Fact]
    public async Task Tensors_of_every_kind_are_scored()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        Answer answer = (await server.PostAsync(Infer, """
            {"id": "q1", "inputs": [
              {"name": "colour", "shape": [2, 1], "datatype": "BYTES", "data": [["red"], ["gr\u00f6\u00dfe"]]},
              {"data": [2.5, null], "name": "price", "shape": [2], "datatype": "FP32"},
              {"name": "tags.values", "shape": [3], "datatype": "BYTES", "data": ["war", "noir", "drama"]},
              {"name": "tags.lengths", "shape": [2], "datatype": "INT32", "data": [2, 1]},
              {"name": "year", "shape": [2], "datatype": "INT64", "data": [3, -3]}],
             "outputs": [{"name": "probability"}]}
            """)).Good();
        Assert.Equal("q1", answer.Json.GetProperty("id").GetString());
        Assert.Equal("1", answer.Json.GetProperty("model_version").GetString());
        PredictTests.Close(
            [model.Probability("red", "", "2.5", "war||noir", "3"), model.Probability("größe", "", "", "drama", "-3")],
            [.. answer.Json.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(e => e.GetSingle())]);
    }

    [Fact]
    public async Task Binary_tensors_are_scored_and_answered()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        byte[] colours = [.. Text("red"), .. Text("größe")];
        byte[] prices = [.. BitConverter.GetBytes(2.5f), .. BitConverter.GetBytes(float.NaN)];
        byte[] values = [.. Text("war"), .. Text("noir")];
        byte[] lengths = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(2L)];
        byte[] json = Encoding.UTF8.GetBytes($$$"""
            {"inputs": [
              {"name": "colour", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": {{{colours.Length}}}}},
              {"name": "tags.values", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": {{{values.Length}}}}},
              {"name": "tags.lengths", "shape": [2], "datatype": "INT64", "parameters": {"binary_data_size": {{{lengths.Length}}}}},
              {"name": "year", "shape": [2], "datatype": "FP64", "data": [3, 7]},
              {"name": "price", "shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": {{{prices.Length}}}}}],
             "outputs": [{"name": "probability", "parameters": {"binary_data": true}}]}
            """);
        Answer answer = (await server.PostAsync(Infer, [.. json, .. colours, .. values, .. lengths, .. prices], (JsonLength, $"{json.Length}"))).Good();

        int header = int.Parse(Assert.Single(answer.Response.Headers.GetValues(JsonLength)), null);
        Assert.Contains("\"binary_data_size\":8", Encoding.UTF8.GetString(answer.Body[..header]), StringComparison.Ordinal);
        Assert.Equal(header + 8, answer.Body.Length);
        PredictTests.Close(
            [model.Probability("red", "", "2.5", "", "3"), model.Probability("größe", "", "", "war||noir", "7")],
            [BinaryPrimitives.ReadSingleLittleEndian(answer.Body.AsSpan(header)), BinaryPrimitives.ReadSingleLittleEndian(answer.Body.AsSpan(header + 4))]);
    }

    [Theory]
    [InlineData("""{"inputs": []}""", "no inputs that say how many rows")]
    [InlineData("""{"inputs": [{"name": "colour"}]}""", "has to have a 'name', a 'datatype' and a 'shape'")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [1], "datatype": "BYTES"}]}""", "either 'data' or")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [2], "datatype": "BYTES", "data": ["a"]}]}""", "'colour' has 1 elements; its shape says 2")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [1], "datatype": "BYTES", "data": ["a", "b"]}]}""", "'colour' has more elements; its shape says 1")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [1, 2], "datatype": "BYTES", "data": ["a", "b"]}]}""", "[N] or [N, 1]")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [-1], "datatype": "BYTES", "data": []}]}""", "[N] or [N, 1]")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [1], "datatype": "FP32", "data": [1]}]}""", "'colour' has the datatype 'FP32'")]
    [InlineData("""{"inputs": [{"name": "colour", "shape": [1], "datatype": "BYTES", "data": [1]}]}""", "'colour' has an element that is not BYTES")]
    [InlineData("""{"inputs": [{"name": "year", "shape": [1], "datatype": "INT64", "data": [1.5]}]}""", "'year' has an element that is not INT64")]
    [InlineData("""{"inputs": [{"name": "colur", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}""", "no input 'colur'", "did you mean 'colour'?")]
    [InlineData("""{"inputs": [{"name": "colour.values", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}""", "no input 'colour.values'")]
    [InlineData("""{"inputs": [{"name": "tags.lengths", "shape": [1], "datatype": "INT64", "data": [1]}]}""", "needs 'tags.values' beside it")]
    [InlineData("""{"inputs": [{"name": "tags.lengths", "shape": [1], "datatype": "INT64", "data": [2]}, {"name": "tags.values", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}""", "sum up to 2, but there are 1 values")]
    [InlineData("""{"inputs": [{"name": "tags.lengths", "shape": [1], "datatype": "INT64", "data": [-1]}, {"name": "tags.values", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}""", "-1, which is no length")]
    [InlineData("""{"inputs": [{"name": "year", "shape": [1], "datatype": "INT64", "data": [1]}, {"name": "colour", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}]}""", "'colour' has 2 rows, but 'year' has 1")]
    [InlineData("""{"inputs": [{"name": "year", "shape": [1], "datatype": "INT64", "data": [1]}, {"name": "year", "shape": [1], "datatype": "INT64", "data": [1]}]}""", "'year' is given twice")]
    [InlineData("""{"inputs": [{"name": "year", "shape": [1], "datatype": "INT64", "data": [1]}], "outputs": [{"name": "score"}]}""", "no output 'score'")]
    [InlineData("""{"inputs": [{"name": "year", "shape": [1], "datatype": "INT64", "parameters": {"binary_data_size": 8}}]}""", "8 bytes by 'binary_data_size', but 0 follow")]
    public async Task Tensors_that_do_not_fit_are_refused_by_name(string body, params string[] words)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync(Infer, body)).Refused(HttpStatusCode.BadRequest, words);
    }

    [Fact]
    public async Task A_shape_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        await using TestServer server = await TestServer.StartAsync("limits.max_rows=3");
        (await server.PostAsync(Infer, """{"inputs": [{"name": "year", "shape": [2000000000], "datatype": "INT64", "data": []}]}"""))
            .Refused(HttpStatusCode.RequestEntityTooLarge, "more than 3 rows");
    }

    private static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes(utf8.Length), .. utf8];
    }
}
