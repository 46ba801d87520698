namespace Taper.Models.Tests;

/// <summary>Networks of every type with random weights.</summary>
internal static class RandomNetwork
{
    public static readonly string[] Types = ["dnn", "wide_deep", "deepfm", "dcn_v2", "fm"];

    public static NetworkDefinition Make(string type, int fields, int dimension, int numeric, int seed)
    {
        Random random = new(seed);
        Dictionary<string, NetworkTensor> weights = [];
        int width = (fields * dimension) + numeric;
        int deep = width;
        if (type != "fm")
        {
            foreach ((int layer, int units) in new[] { 7, 5 }.Index())
            {
                AddLinear(weights, random, $"mlp.{layer}", units, deep);
                deep = units;
            }
        }

        if (type == "dcn_v2")
        {
            AddLinear(weights, random, "cross.0", width, width);
            AddLinear(weights, random, "cross.1", width, width);
            deep += width;
        }

        if (type == "fm")
        {
            weights["bias"] = Tensor(random, 1);
        }
        else
        {
            AddLinear(weights, random, "output", 1, deep);
        }

        if (numeric > 0 && type is "fm" or "wide_deep" or "deepfm")
        {
            weights["numeric.weight"] = Tensor(random, 1, numeric);
        }

        return new NetworkDefinition
        {
            Type = type,
            Fields = fields,
            Dimension = dimension,
            NumericInputs = numeric,
            Weights = weights,
        };
    }

    /// <summary>The network with a projection for some of its fields; the last two of them share one.</summary>
    public static NetworkDefinition Projected(NetworkDefinition network, int seed)
    {
        Random random = new(seed);
        Dictionary<string, NetworkTensor> weights = new(network.Weights);
        string?[] projections = new string?[network.Fields];
        for (int f = 1; f < projections.Length; f++)
        {
            projections[f] = $"projection_{Math.Min(f, projections.Length - 2)}";
            weights.TryAdd(projections[f]!, Tensor(random, network.Dimension, random.Next(1, network.Dimension + 1)));
        }

        return network with { Projections = projections, Weights = weights };
    }

    private static void AddLinear(Dictionary<string, NetworkTensor> weights, Random random, string name, int to, int from)
    {
        weights[$"{name}.weight"] = Tensor(random, to, from);
        weights[$"{name}.bias"] = Tensor(random, to);
    }

    private static NetworkTensor Tensor(Random random, params int[] shape) =>
        new(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5))]);
}
