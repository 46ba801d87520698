using System.Runtime.InteropServices;
using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

/// <summary>Bundles whose values are made of rows that they share.</summary>
public sealed class SharedRowsTests
{
    private const int Dimension = 6;
    private const int Values = 90;

    [Fact]
    public void Values_read_as_their_rows_combined() =>
        Gen.Select(Gen.Int[1, Values + 10], Gen.Bool, Gen.Bool, Gen.Enum<Precision>(), Gen.Int).Sample(
            (stored, two, multiplies, precision, seed) =>
            {
                using EmbeddingTable table = new(stored + 3, Dimension);
                table.FillNormal(1, (ulong)seed);
                SharedRows shared = Shared(stored, two, multiplies ? RowCombination.Product : RowCombination.Sum, new Random(seed));
                using TemporaryFolder folder = new();
                BundleWriter.Write(folder.At("b"), Content(table, shared), precision);
                using Bundle bundle = Bundle.Open(folder.At("b"));
                CompactTable read = bundle.Tables[0];
                Assert.Equal((precision == Precision.Int8 ? 3 : 2, stored * Dimension, Values * Dimension), (bundle.Manifest.FormatVersion, bundle.Manifest.Embedding.Parameters, bundle.Manifest.Embedding.FixedParameters));
                int[] rows = [.. Enumerable.Range(0, Values).Select(id => id switch { 0 => read.UnknownRow, 1 => read.MissingRow, _ => read.RowOf($"v{id}") })];
                float[] many = new float[Values * Dimension], one = new float[Dimension];
                read.Read(rows, many, Dimension);
                double tolerance = precision switch { Precision.Fp32 => 0, Precision.Fp16 => 2e-2, _ => 0.3 };
                for (int id = 0; id < Values; id++)
                {
                    read.Read(rows[id], one);
                    Assert.Equal(many.AsSpan(id * Dimension, Dimension).ToArray(), one);
                    Assert.Equal(Dimension, read.SizeOf(rows[id]));
                    for (int j = 0; j < Dimension; j++)
                    {
                        float first = table[shared.First[id]][j], second = shared.Second[id] < 0 ? 0 : table[shared.Second[id]][j];
                        float expected = shared.Second[id] < 0 ? first : multiplies ? first * second : first + second;
                        Assert.Equal(expected, one[j], tolerance);
                    }
                }
            },
            iter: 40);

    [Fact]
    public void A_delta_holds_them_whole()
    {
        using EmbeddingTable table = new(13, Dimension);
        table.FillNormal(1, 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("0"), Content(table, Shared(10, true, RowCombination.Sum, new Random(1))), Precision.Fp32);
        BundleWriter.Write(folder.At("1"), Content(table, Shared(10, true, RowCombination.Sum, new Random(2))), Precision.Fp32);
        using (Bundle basis = Bundle.Open(folder.At("0")), target = Bundle.Open(folder.At("1")))
        {
            BundleDelta.Write(folder.At("d"), basis, target);
            BundleDelta delta = BundleDelta.Open(folder.At("d"));
            Assert.True(Assert.Single(delta.Manifest.Vocabularies).IsWhole);
            delta.Apply(basis, folder.At("made"));
        }

        Assert.All(Directory.GetFiles(folder.At("1")), file => Assert.Equal(
            File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder.At("made"), Path.GetFileName(file)))));
    }

    [Fact]
    public void A_value_of_rows_that_are_not_there_is_refused()
    {
        using EmbeddingTable table = new(10, Dimension);
        table.FillNormal(1, 1);
        SharedRows shared = new(0, 10, [.. Enumerable.Repeat(7, Values)], [.. Enumerable.Repeat(-1, Values)], RowCombination.Sum);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), Content(table, shared), Precision.Fp32);
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder.At("b"), "embeddings.safetensors"));
        int at = bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes<uint>([7, 7, 7, 7]));
        bytes[at + 4] = 10;
        BundleFiles.Replace(folder.At("b"), "embeddings.safetensors", bytes);
        ArtifactException e = Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b")));
        Assert.Contains("rows_of_value", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(folder.At("c"), Content(table, shared with { Count = 5 }), Precision.Fp32));
    }

    [Fact]
    public void Rows_are_not_both_masked_and_shared()
    {
        using EmbeddingTable table = new(Values, Dimension);
        using ElementMask mask = new(Values, Dimension);
        SharedRows shared = new(0, 10, [.. Enumerable.Repeat(7, Values)], [.. Enumerable.Repeat(-1, Values)], RowCombination.Sum);
        using TemporaryFolder folder = new();
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => BundleWriter.Write(folder.At("b"), Content(table, shared) with { Kept = mask }, Precision.Fp32));
        Assert.Contains("share rows", e.Message, StringComparison.Ordinal);
    }

    private static SharedRows Shared(int stored, bool two, RowCombination combination, Random random) => new(
        3,
        stored,
        [.. Enumerable.Range(0, Values).Select(_ => 3 + random.Next(stored))],
        [.. Enumerable.Range(0, Values).Select(id => two && id % 3 > 0 ? 3 + random.Next(stored) : -1)],
        combination);

    private static BundleContent Content(EmbeddingTable table, SharedRows shared) => new()
    {
        Name = "shared",
        Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical, Vocabulary = "id" }],
        Vocabularies =
        [
            new BundleVocabulary
            {
                Name = "id",
                Values = FeatureValues.Of([.. Enumerable.Range(0, Values).Select(id => $"v{id}")]),
                Counts = new long[Values],
                Sizes = [.. Enumerable.Repeat((byte)Dimension, Values)],
                FirstRow = 0,
                Shared = shared,
            },
        ],
        Embeddings = table,
        Network = RandomNetwork.Make("dnn", 1, Dimension, 0, 1),
        Sizing = "hashing",
    };
}
