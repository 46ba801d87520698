using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Models;

namespace Taper.Benchmarks;

/// <summary>A bundle with random numbers in a temporary folder. Its frequent values (low ids) are wide, its rare ones narrow.</summary>
internal sealed class SyntheticBundle : IDisposable
{
    public const int Dimension = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-bench-").FullName;

    /// <param name="fields">Fields, each with a vocabulary of its own.</param>
    /// <param name="rows">Values of each vocabulary.</param>
    /// <param name="meanSize">16 for a fixed size; 4 for a budget of a quarter.</param>
    /// <param name="precision">How the numbers are stored.</param>
    /// <param name="hiddenUnits">The network's hidden layers.</param>
    public SyntheticBundle(int fields, int rows, int meanSize, Precision precision, params int[] hiddenUnits)
    {
        using EmbeddingTable table = new(fields * rows, Dimension);
        table.FillNormal(0.1, 1);
        FeatureValues values = FeatureValues.Of([.. Enumerable.Range(0, rows).Select(id => $"value{id}")]);
        byte[] sizes = [.. Enumerable.Range(0, rows).Select(id => SizeOf(id, rows, meanSize))];
        BundleContent content = new()
        {
            Name = "synthetic",
            Fields = [.. Enumerable.Range(0, fields).Select(f => new FeatureField { Name = $"f{f}", Kind = FieldKind.Categorical, Vocabulary = $"f{f}" })],
            Vocabularies =
            [
                .. Enumerable.Range(0, fields).Select(f => new BundleVocabulary
                {
                    Name = $"f{f}", Values = values, Counts = new long[rows], Sizes = sizes, FirstRow = f * rows,
                }),
            ],
            Embeddings = table,
            Network = Network(fields * Dimension, fields, hiddenUnits),
            Sizing = meanSize == Dimension ? "fixed" : "amtl",
        };
        BundleWriter.Write(Path, content, precision);
    }

    public string Path => System.IO.Path.Combine(_folder, "bundle");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The most frequent tenth has four times the mean, the rest the remainder.</summary>
    public static byte SizeOf(int id, int rows, int meanSize) =>
        (byte)(meanSize == Dimension || id < rows / 10 ? Dimension : id % 3 == 0 ? meanSize - 2 : meanSize - 1);

    /// <summary>A network with random weights.</summary>
    public static NetworkDefinition Network(int inputs, int fields, int[] hiddenUnits, int seed = 1)
    {
        var random = new Random(seed);
        var weights = new Dictionary<string, NetworkTensor>();
        int width = inputs;
        for (int layer = 0; layer < hiddenUnits.Length; layer++)
        {
            Add($"mlp.{layer}.weight", hiddenUnits[layer], width);
            Add($"mlp.{layer}.bias", hiddenUnits[layer]);
            width = hiddenUnits[layer];
        }

        Add("output.weight", 1, width);
        Add("output.bias", 1);
        return new NetworkDefinition { Type = "dnn", Fields = fields, Dimension = Dimension, NumericInputs = 0, Weights = weights };

        void Add(string name, params int[] shape) => weights.Add(
            name, new NetworkTensor(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)((random.NextDouble() - 0.5) * 0.1))]));
    }
}
