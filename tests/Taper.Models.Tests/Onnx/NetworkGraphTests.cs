using CsCheck;
using Microsoft.ML.OnnxRuntime;
using Taper.Models.Onnx;

namespace Taper.Models.Tests.Onnx;

public sealed class NetworkGraphTests
{
    public static TheoryData<string> Types => [.. RandomNetwork.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_graph_computes_the_networks_formula(string type) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 6], Gen.Int[0, 3], Gen.Int[1, 9], Gen.Int).Sample(
            (fields, dimension, numeric, examples, seed) =>
            {
                NetworkDefinition network = RandomNetwork.Make(type, fields, dimension, numeric, seed);
                network = seed % 2 == 0 ? network : RandomNetwork.Projected(network, seed);
                Random random = new(seed);
                float[] e = Numbers(random, examples * fields * dimension);
                float[] k = Numbers(random, examples * numeric);
                float[] first = Numbers(random, examples);
                float[] scores = Run(network, examples, e, k, first);
                ReferenceNetwork reference = new(network);
                for (int i = 0; i < examples; i++)
                {
                    int width = fields * dimension;
                    double expected = reference.Probability(
                        e.AsSpan(i * width, width), k.AsSpan(i * numeric, numeric), first[i]);
                    Assert.Equal(expected, scores[i], 1e-5);
                }
            },
            iter: 20);

    [Fact]
    public void Projections_are_one_for_each_field()
    {
        NetworkDefinition network = RandomNetwork.Make("dnn", 2, 4, 0, 1) with { Projections = ["projection_0"] };
        ArgumentException e = Assert.Throws<ArgumentException>(() => NetworkGraph.ToModel(network));
        Assert.Contains("1 projections for 2 fields", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentException>(() => NetworkGraph.ToModel(network with { Projections = ["projection_0", null] }));
        Assert.Contains("'projection_0'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_weight_is_named()
    {
        NetworkDefinition network = RandomNetwork.Make("dnn", 2, 4, 0, 1);
        Dictionary<string, NetworkTensor> weights = new(network.Weights);
        weights.Remove("mlp.1.weight");
        ArgumentException e = Assert.Throws<ArgumentException>(() => NetworkGraph.ToModel(network with { Weights = weights }));
        Assert.Contains("'mlp.1.weight'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_another_shape_is_refused()
    {
        NetworkDefinition network = RandomNetwork.Make("dnn", 2, 4, 0, 1);
        ArgumentException e = Assert.Throws<ArgumentException>(() => NetworkGraph.ToModel(network with { Fields = 3 }));
        Assert.Contains("expected [7, 12]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_type_is_refused()
    {
        NetworkDefinition network = RandomNetwork.Make("dnn", 2, 4, 0, 1);
        ArgumentException e = Assert.Throws<ArgumentException>(() => NetworkGraph.ToModel(network with { Type = "cnn" }));
        Assert.Contains("'cnn'", e.Message, StringComparison.Ordinal);
    }

    private static float[] Run(NetworkDefinition network, int examples, float[] e, float[] k, float[] first)
    {
        using InferenceSession session = new(NetworkGraph.ToModel(network));
        using RunOptions options = new();
        Dictionary<string, OrtValue> inputs = new()
        {
            [NetworkGraph.Embeddings] = OrtValue.CreateTensorValueFromMemory(e, [examples, network.Fields * network.Dimension]),
        };
        if (network.NumericInputs > 0)
        {
            inputs[NetworkGraph.Numeric] = OrtValue.CreateTensorValueFromMemory(k, [examples, network.NumericInputs]);
        }

        if (NetworkGraph.HasFirstOrder(network.Type))
        {
            inputs[NetworkGraph.FirstOrder] = OrtValue.CreateTensorValueFromMemory(first, [examples, 1]);
        }

        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, inputs, [NetworkGraph.Probability]);
        foreach (OrtValue input in inputs.Values)
        {
            input.Dispose();
        }

        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
