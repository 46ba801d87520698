using System.Globalization;
using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Features;

namespace Taper.Models.Tests;

/// <summary>A random model of five fields: two that share a vocabulary, a list, a bucketed and a numeric one.</summary>
internal sealed class RandomModel : IDisposable
{
    public const int Dimension = 6;

    public static readonly string[] Colours = ["", "", "red", "green", "blue", "größe", "x y"];
    public static readonly string[] Tags = ["", "", "drama", "war", "sci-fi", "noir"];
    public static readonly string[] Buckets = ["", "", "0", "3", "-3", "7"];

    /// <summary>Raw texts of the fields: known, unknown, missing and malformed.</summary>
    public static readonly Gen<string[]> Row = Gen.Select(
        Texts("red", "green", "blue", "größe", "x y", "mauve", ""),
        Texts("red", "blue", "unheard of", ""),
        Texts("2", "1.5", "-7e0", "", "many"),
        Texts("", "drama", "drama||war", "war||war||||noir", "||", "polka||war", "drama|war"),
        Texts("0", "2", "-2", "12", "1e9", "", "soon"),
        (a, b, c, d, e) => new[] { a, b, c, d, e });

    private readonly EmbeddingTable embeddings;
    private readonly EmbeddingTable? firstOrder;

    public RandomModel(string network, int seed, Pooling pooling = Pooling.Mean, byte smallest = 1)
    {
        Random random = new(seed);
        int rows = Colours.Length + Tags.Length + Buckets.Length;
        embeddings = new EmbeddingTable(rows + 3, Dimension);
        embeddings.FillNormal(1, (ulong)seed);
        if (network is "fm" or "wide_deep" or "deepfm")
        {
            firstOrder = new EmbeddingTable(rows + 3, 1);
            firstOrder.FillNormal(1, (ulong)seed + 1);
        }

        Content = new BundleContent
        {
            Name = "random",
            Fields =
            [
                new FeatureField { Name = "colour", Kind = FieldKind.Categorical, Vocabulary = "colours" },
                new FeatureField { Name = "other_colour", Kind = FieldKind.Categorical, Vocabulary = "colours" },
                new FeatureField { Name = "price", Kind = FieldKind.Numeric, Mean = 2, StandardDeviation = 0.5 },
                new FeatureField { Name = "tags", Kind = FieldKind.MultiValued, Separator = "||", Pooling = pooling },
                new FeatureField { Name = "year", Kind = FieldKind.Bucketed },
            ],
            Vocabularies =
            [
                Vocabulary("colours", Colours, 0, 0, random, smallest),
                Vocabulary("tags", Tags, Colours.Length, 1, random, smallest),
                Vocabulary("year", Buckets, Colours.Length + Tags.Length, 2, random, smallest),
            ],
            Embeddings = embeddings,
            FirstOrder = firstOrder,
            Network = RandomNetwork.Make(network, 4, Dimension, 1, seed),
            Sizing = "amtl",
            Budget = 0.5,
            Metrics = new Dictionary<string, IReadOnlyDictionary<string, double>>
            {
                ["test"] = new Dictionary<string, double> { ["auc"] = 0.75 },
            },
        };

        BundleVocabulary Vocabulary(string name, string[] values, int firstRow, int place, Random sizes, byte least) => new()
        {
            Name = name,
            Values = FeatureValues.Of(values),
            Counts = [.. values.Select((_, id) => (long)(100 - id))],
            Sizes = [.. values.Select((_, id) => id == 3 ? least : (byte)sizes.Next(least, Dimension + 1))],
            FirstRow = firstRow,
            DefaultRow = rows + place,
        };
    }

    public BundleContent Content { get; }

    /// <summary>What a value's embedding is at inference, at full width.</summary>
    public float[] Kept(BundleVocabulary vocabulary, int id)
    {
        float[] row = new float[Dimension];
        int size = vocabulary.Sizes[id];
        ReadOnlySpan<float> source = size == 0 ? embeddings[vocabulary.DefaultRow!.Value] : embeddings[vocabulary.FirstRow + id][..size];
        source.CopyTo(row);
        return row;
    }

    /// <summary>The probability of a row of raw texts (colour, other colour, price, tags, year), slowly.</summary>
    public double Probability(params string[] row)
    {
        BundleVocabulary colours = Content.Vocabularies[0];
        string[] tags = row[3].Split("||", StringSplitOptions.RemoveEmptyEntries);
        int[] tagIds = tags.Length == 0 ? [BundleVocabulary.Missing] : [.. tags.Select(tag => IdOf(Tags, tag))];
        string bucket = LogBucket.OfText(row[4]);
        (float[] Embedding, double First)[] fields =
        [
            One(colours, IdOf(Colours, row[0])),
            One(colours, IdOf(Colours, row[1])),
            Pooled(Content.Vocabularies[1], tagIds, Content.Fields[3].Pooling),
            One(Content.Vocabularies[2], IdOf(Buckets, bucket)),
        ];
        float price = double.TryParse(row[2], CultureInfo.InvariantCulture, out double p) ? (float)((p - 2) / 0.5) : 0;
        return new ReferenceNetwork(Content.Network).Probability(
            [.. fields.SelectMany(field => field.Embedding)], [price], fields.Sum(field => field.First));
    }

    public void Dispose()
    {
        embeddings.Dispose();
        firstOrder?.Dispose();
    }

    private static Gen<string> Texts(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static int IdOf(string[] values, string value)
    {
        int id = Array.IndexOf(values, value, BundleVocabulary.Reserved);
        return value.Length == 0 ? BundleVocabulary.Missing : Math.Max(id, BundleVocabulary.Unknown);
    }

    private (float[] Embedding, double First) One(BundleVocabulary vocabulary, int id) =>
        (Kept(vocabulary, id), firstOrder is null ? 0 : firstOrder[vocabulary.FirstRow + id][0]);

    private (float[] Embedding, double First) Pooled(BundleVocabulary vocabulary, int[] ids, Pooling pooling)
    {
        (float[] Embedding, double First)[] values = [.. ids.Select(id => One(vocabulary, id))];
        double share = pooling == Pooling.Mean ? 1.0 / ids.Length : 1;
        float[] embedding = [.. Enumerable.Range(0, Dimension).Select(d => (float)(values.Sum(v => (double)v.Embedding[d]) * share))];
        return (embedding, values.Sum(v => v.First) * share);
    }
}
