using System.Runtime.InteropServices;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Models;

namespace Taper.Benchmarks.Serving;

/// <summary>
/// A model of random numbers with the fields of <c>taper demo</c>, DNN 128-64, D = 16 and a quarter of the fixed size kept:
/// as a bundle, and as what people hold who serve padded embeddings.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    public const int Dimension = SyntheticBundle.Dimension;
    public const string PlainTable = "table.fp32";
    public const string PlainNetwork = "network.onnx";
    public static readonly string[] FieldNames = ["userId", "movieId", "year", "genres"];
    private const int MeanSize = Dimension / 4;
    private readonly EmbeddingTable _table;
    private readonly BundleContent _content;

    /// <param name="values">Values in all: six tenths users, the others movies, but for a few years and genres.</param>
    /// <param name="seed">What the numbers follow from.</param>
    /// <param name="bias">The bias of the network's output: how high it scores.</param>
    public ServedModel(int values, int seed, float bias)
    {
        Counts = [values / 10 * 6, (values / 10 * 4) - 120, 100, 20];
        _table = new EmbeddingTable(Counts.Sum(), Dimension);
        _table.FillNormal(0.3, (ulong)seed);
        NetworkDefinition network = SyntheticBundle.Network(FieldNames.Length * Dimension, FieldNames.Length, [128, 64], seed);
        network.Weights["output.bias"].Data[0] = bias;
        _content = new BundleContent
        {
            Name = "movies",
            Fields = [.. FieldNames.Select(name => new FeatureField { Name = name, Kind = name == "genres" ? FieldKind.MultiValued : FieldKind.Categorical })],
            Vocabularies = [.. FieldNames.Index().Select(field => Vocabulary(field.Index, field.Item))],
            Embeddings = _table,
            Network = network,
            Sizing = "amtl",
            Budget = 0.25,
        };
    }

    /// <summary>The values of each field.</summary>
    public int[] Counts { get; }

    /// <summary>The text of a value.</summary>
    public static string TextOf(int field, int id) => $"{FieldNames[field][0]}{id}";

    public void WriteBundle(string folder) => BundleWriter.Write(folder, _content, Precision.Fp32);

    /// <summary>Writes a text file for each vocabulary, the padded table, and the network of the bundle.</summary>
    public void WritePlain(string folder, string bundle)
    {
        Directory.CreateDirectory(folder);
        using FileStream table = File.Create(Path.Combine(folder, PlainTable));
        foreach (BundleVocabulary vocabulary in _content.Vocabularies)
        {
            File.WriteAllLines(Path.Combine(folder, vocabulary.Name + ".txt"), vocabulary.Values.ToArray());
            for (int id = 0; id < vocabulary.Sizes.Count; id++)
            {
                Span<float> row = _table[vocabulary.FirstRow + id];
                row[vocabulary.Sizes[id]..].Clear();
                table.Write(MemoryMarshal.AsBytes(row));
            }
        }

        File.Copy(Path.Combine(bundle, "network.onnx"), Path.Combine(folder, PlainNetwork));
    }

    public void Dispose() => _table.Dispose();

    private BundleVocabulary Vocabulary(int field, string name) => new()
    {
        Name = name,
        Values = FeatureValues.Of([.. Enumerable.Range(0, Counts[field]).Select(id => TextOf(field, id))]),
        Counts = new long[Counts[field]],
        Sizes = [.. Enumerable.Range(0, Counts[field]).Select(id => SyntheticBundle.SizeOf(id, Counts[field], MeanSize))],
        FirstRow = Counts[..field].Sum(),
    };
}
