namespace Taper.Models.Onnx;

/// <summary>
/// Turns a <see cref="NetworkDefinition"/> into an ONNX model. Inputs: <c>embeddings</c> [N, F · D], <c>numeric</c>
/// [N, K] when K > 0, <c>first_order</c> [N, 1] for the types that have it. Output: <c>probability</c> [N, 1].
/// </summary>
internal sealed class NetworkGraph
{
    public const string Embeddings = "embeddings";
    public const string Numeric = "numeric";
    public const string FirstOrder = "first_order";
    public const string Probability = "probability";

    /// <summary>The one constant of floats that is no weight.</summary>
    public const string Half = "half";

    private readonly NetworkDefinition network;
    private readonly OnnxGraph graph;

    private NetworkGraph(NetworkDefinition network)
    {
        this.network = network;
        graph = new OnnxGraph(network.Type);
    }

    private int InputWidth => (network.Fields * network.Dimension) + network.NumericInputs;

    /// <summary>Whether networks of a type add the first-order weights of the values.</summary>
    public static bool HasFirstOrder(string type) => type is "wide_deep" or "deepfm" or "fm";

    /// <summary>The bytes of the .onnx file.</summary>
    /// <exception cref="ArgumentException">The type is unknown, or a weight is missing, has another shape or is not finite.</exception>
    public static byte[] ToModel(NetworkDefinition network)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(network.Fields, 1, nameof(network));
        ArgumentOutOfRangeException.ThrowIfLessThan(network.Dimension, 1, nameof(network));
        ArgumentOutOfRangeException.ThrowIfNegative(network.NumericInputs, nameof(network));
        if (network.Projections.Count > 0 && network.Projections.Count != network.Fields)
        {
            throw new ArgumentException($"The network has {network.Projections.Count} projections for {network.Fields} fields.");
        }

        return new NetworkGraph(network).Build();
    }

    private byte[] Build()
    {
        string embeddings = Projected(graph.Input(Embeddings, network.Fields * network.Dimension));
        string? numeric = network.NumericInputs > 0 ? graph.Input(Numeric, network.NumericInputs) : null;
        string? first = HasFirstOrder(network.Type) ? graph.Input(FirstOrder, 1) : null;
        string x = numeric is null ? embeddings : graph.Add("Concat", [embeddings, numeric], ("axis", 1));
        string logit = network.Type switch
        {
            "dnn" => Deep(x),
            "wide_deep" => Sum(Deep(x), Wide(first!, numeric)),
            "deepfm" => Sum(Sum(Deep(x), SecondOrder(embeddings)), Wide(first!, numeric)),
            "fm" => Sum(Sum(SecondOrder(embeddings), Weight("bias", 1)), Wide(first!, numeric)),
            "dcn_v2" => CrossAndDeep(x),
            _ => throw new ArgumentException($"The network type '{network.Type}' is unknown."),
        };
        graph.Output(Probability, graph.Add("Sigmoid", [logit]), 1);
        return graph.ToModel();
    }

    /// <summary>Each field that has a projection gets D numbers from its first ones, [N, F · D] → [N, F · D].</summary>
    private string Projected(string embeddings)
    {
        if (network.Projections.Count == 0)
        {
            return embeddings;
        }

        Dictionary<string, string> weights = [];
        string axis = graph.Constant("projection_axis", 1L);
        string[] fields = new string[network.Fields];
        for (int f = 0; f < fields.Length; f++)
        {
            string? name = network.Projections[f];
            int width = name is null ? network.Dimension : network.Weights.GetValueOrDefault(name)?.Shape[^1] ?? 0;
            long first = (long)f * network.Dimension;
            string start = graph.Constant($"field_{f}_start", first);
            string end = graph.Constant($"field_{f}_end", first + width);
            fields[f] = graph.Add("Slice", [embeddings, start, end, axis]);
            if (name is not null)
            {
                string weight = weights.TryGetValue(name, out string? known) ? known : weights[name] = Weight(name, network.Dimension, width);
                fields[f] = graph.Add("Gemm", [fields[f], weight], ("transB", 1));
            }
        }

        return graph.Add("Concat", fields, ("axis", 1));
    }

    private string Deep(string x)
    {
        string hidden = Mlp(x, out int width);
        return Linear("output", hidden, 1, width);
    }

    private string CrossAndDeep(string x)
    {
        string crossed = x;
        for (int layer = 0; network.Weights.ContainsKey($"cross.{layer}.weight"); layer++)
        {
            string gate = Linear($"cross.{layer}", crossed, InputWidth, InputWidth);
            crossed = Sum(graph.Add("Mul", [x, gate]), crossed);
        }

        string hidden = Mlp(x, out int width);
        return Linear("output", graph.Add("Concat", [crossed, hidden], ("axis", 1)), 1, InputWidth + width);
    }

    private string Mlp(string x, out int width)
    {
        width = InputWidth;
        for (int layer = 0; network.Weights.TryGetValue($"mlp.{layer}.bias", out NetworkTensor? bias); layer++)
        {
            x = graph.Add("Relu", [Linear($"mlp.{layer}", x, bias.Data.Length, width)]);
            width = bias.Data.Length;
        }

        return x;
    }

    private string Wide(string first, string? numeric) => numeric is null
        ? first
        : Sum(first, graph.Add("Gemm", [numeric, Weight("numeric.weight", 1, network.NumericInputs)], ("transB", 1)));

    /// <summary>½ Σ_d ((Σ_f e_fd)² − Σ_f e_fd²), [N, F · D] → [N, 1].</summary>
    private string SecondOrder(string embeddings)
    {
        string shape = graph.Constant("fields_by_dimension", 0, network.Fields, network.Dimension);
        string one = graph.Constant("axis_one", 1L);
        string e = graph.Add("Reshape", [embeddings, shape]);
        string sum = graph.Add("ReduceSum", [e, one], ("keepdims", 0));
        string squares = graph.Add("ReduceSum", [graph.Add("Mul", [e, e]), one], ("keepdims", 0));
        string pairs = graph.Add("Sub", [graph.Add("Mul", [sum, sum]), squares]);
        string half = graph.Constant(Half, new NetworkTensor([1], [0.5f]));
        return graph.Add("Mul", [graph.Add("ReduceSum", [pairs, one], ("keepdims", 1)), half]);
    }

    private string Linear(string layer, string x, int outputs, int inputs) => graph.Add(
        "Gemm", [x, Weight($"{layer}.weight", outputs, inputs), Weight($"{layer}.bias", outputs)], ("transB", 1));

    private string Sum(string a, string b) => graph.Add("Add", [a, b]);

    private string Weight(string name, params int[] shape)
    {
        if (!network.Weights.TryGetValue(name, out NetworkTensor? tensor))
        {
            throw new ArgumentException($"The {network.Type} network lacks the weight '{name}'.");
        }

        if (!tensor.Shape.AsSpan().SequenceEqual(shape) || tensor.Data.Length != shape.Aggregate(1, (a, b) => a * b))
        {
            throw new ArgumentException(
                $"The weight '{name}' has the shape [{string.Join(", ", tensor.Shape)}] and {tensor.Data.Length} numbers; "
                + $"expected [{string.Join(", ", shape)}].");
        }

        return tensor.Data.All(float.IsFinite)
            ? graph.Constant(name, tensor)
            : throw new ArgumentException($"The weight '{name}' holds a number that is not finite.");
    }
}
