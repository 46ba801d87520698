using Taper.Embeddings;
using Taper.Embeddings.Features;

namespace Taper.Models.Tests;

/// <summary>A model whose values come, go, come back, grow, shrink and learn from one day to the next.</summary>
internal sealed class EvolvingModel(int seed, int dimension, RowLayout layout, string network = "dnn")
{
    private static readonly string[] Reserved = ["", " "];

    private readonly Random random = new(seed);
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal) { [Reserved[0]] = new(dimension, 0), [Reserved[1]] = new(1, 1) };

    /// <summary>Each value's row; the reserved ones are blanks.</summary>
    public IReadOnlyDictionary<string, Row> Rows => rows;

    /// <summary>The text of a made value.</summary>
    public static string Value(int number) => $"v{number}";

    /// <summary>What happens from one day to the next. A row is numbers of its own by its size and seed.</summary>
    public EvolvingModel NextDay()
    {
        for (int number = 0; number < 60; number++)
        {
            string value = Value(number);
            switch (random.Next(8))
            {
                case 0:
                    rows.Remove(value);
                    break;
                case 1:
                    rows[value] = new Row(random.Next(dimension + 1), random.Next());
                    break;
                case 2 when rows.ContainsKey(value):
                    rows[value] = rows[value] with { Seed = random.Next() };
                    break;
            }
        }

        return this;
    }

    /// <summary>Writes the bundle of today, its values in an order of the day.</summary>
    public void Write(string folder, Precision precision)
    {
        string[] values = [.. rows.Keys];
        random.Shuffle(values.AsSpan(Reserved.Length));
        using EmbeddingTable table = new(values.Length + 1, dimension);
        using EmbeddingTable firstOrder = new(values.Length + 1, 1);
        using ElementMask kept = new(values.Length, dimension);
        Fill(values, table, firstOrder, kept);
        BundleWriter.Write(
            folder,
            new BundleContent
            {
                Name = "evolving",
                Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical }],
                Vocabularies =
                [
                    new BundleVocabulary
                    {
                        Name = "id",
                        Values = FeatureValues.Of(values),
                        Counts = [.. values.Select((_, id) => (long)(values.Length - id))],
                        Sizes = [.. values.Select(value => (byte)rows[value].Size)],
                        FirstRow = 0,
                        DefaultRow = layout == RowLayout.Masked ? null : values.Length,
                    },
                ],
                Embeddings = table,
                Kept = layout == RowLayout.Masked ? kept : null,
                FirstOrder = network == "fm" ? firstOrder : null,
                Network = RandomNetwork.Make(network, 1, dimension, 0, random.Next(2)),
                Sizing = "taper",
            },
            precision);
    }

    private unsafe void Fill(string[] values, EmbeddingTable table, EmbeddingTable firstOrder, ElementMask kept)
    {
        byte[] bits = new byte[kept.Rows * kept.RowBytes];
        for (int id = 0; id < values.Length; id++)
        {
            Random numbers = new(rows[values[id]].Seed);
            int[] places = [.. Enumerable.Range(0, dimension)];
            if (layout == RowLayout.Masked)
            {
                numbers.Shuffle(places);
            }

            foreach (int place in places[..rows[values[id]].Size])
            {
                table[id][place] = numbers.NextSingle() - 0.5f;
                bits[(id * kept.RowBytes) + (place / 8)] |= (byte)(1 << (place % 8));
            }

            firstOrder[id][0] = numbers.NextSingle();
        }

        fixed (byte* stored = bits)
        {
            kept.CopyFrom(stored);
        }
    }

    /// <summary>A value's row.</summary>
    internal sealed record Row(int Size, int Seed);
}
