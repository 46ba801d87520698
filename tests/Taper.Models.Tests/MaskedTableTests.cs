using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

/// <summary>Bundles of tables that keep single elements of rows.</summary>
public sealed class MaskedTableTests
{
    private const int Rows = 200;

    [Theory]
    [InlineData(Precision.Fp32, 16)]
    [InlineData(Precision.Fp16, 16)]
    [InlineData(Precision.Int8, 16)]
    [InlineData(Precision.Fp32, 1)]
    [InlineData(Precision.Fp32, 11)]
    [InlineData(Precision.Int8, 40)]
    [InlineData(Precision.Fp16, 255)]
    public void Rows_read_as_they_were_trained(Precision precision, int dimension) => Gen.Select(Gen.Int, Gen.Double[0, 1]).Sample(
        (seed, share) =>
        {
            using Pruned model = new(dimension, seed, share);
            using TemporaryFolder folder = new();
            BundleWriter.Write(folder.At("b"), model.Content, precision);
            using Bundle bundle = Bundle.Open(folder.At("b"));
            CompactTable table = bundle.Tables[0];
            int[] rows = [.. Enumerable.Range(0, Rows).Select(id => id switch { 0 => table.UnknownRow, 1 => table.MissingRow, _ => table.RowOf($"v{id}") })];
            float[] all = new float[Rows * (dimension + 1)];
            table.Read(rows, all, dimension + 1);
            float[] one = new float[dimension];
            float largestOfAll = Enumerable.Range(0, Rows).Max(id => model.Row(id).Max(Math.Abs));
            for (int id = 0; id < Rows; id++)
            {
                table.Read(rows[id], one);
                Assert.Equal(one, all.AsSpan(id * (dimension + 1), dimension));
                float[] expected = model.Row(id);
                double step = precision switch { Precision.Fp32 => 0, Precision.Fp16 => expected.Max(Math.Abs) / 2048, _ => largestOfAll * 0.51 / 127 };
                Assert.All(expected.Zip(one), pair => Assert.Equal(pair.First, pair.Second, step + 1e-12));
                Assert.All(expected.Zip(one), pair => Assert.True(pair.First != 0 || pair.Second == 0));
                Assert.Equal(model.Content.Kept!.SizeOf(id), table.SizeOf(rows[id]));
            }
        },
        iter: 10);

    [Fact]
    public void The_bundle_holds_the_kept_numbers_alone_and_says_so()
    {
        using Pruned model = new(16, 5, 0.25);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        int keeping = model.Content.Vocabularies[0].Sizes.Count(size => size > 0);
        Assert.InRange(keeping, 1, Rows - 1);
        Assert.Equal((RowLayout.Masked, 3), (bundle.Manifest.Layout, bundle.Manifest.FormatVersion));
        Assert.Equal(new BundleEmbedding(Rows * 4, Rows * 16, (Rows * 4 * 4) + (keeping * 2)), bundle.Manifest.Embedding);
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder.At("b"), "embeddings.safetensors"));
        Assert.Equal(Rows * 4, file.Tensor("id.values").Tensor.ElementCount);
        Assert.Equal(keeping * 2, file.Tensor("id.kept").Tensor.ElementCount);
    }

    [Fact]
    public void Every_mask_that_does_not_fit_the_sizes_is_refused_though_its_checksum_fits()
    {
        using Pruned model = new(11, 3, 0.4);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        byte[] good = File.ReadAllBytes(Path.Combine(folder.At("b"), "embeddings.safetensors"));
        int keeping = model.Content.Vocabularies[0].Sizes.Count(size => size > 0);
        int masks = good.Length - (keeping * 2); // bytes come last
        for (int bit = 0; bit < keeping * 16; bit++)
        {
            byte[] bad = [.. good];
            bad[masks + (bit / 8)] ^= (byte)(1 << (bit % 8));
            BundleFiles.Replace(folder.At("b"), "embeddings.safetensors", bad);
            Assert.Contains("id.kept", Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b"))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mask_that_does_not_fit_the_model_is_not_written()
    {
        using Pruned model = new(8, 3, 0.4);
        using ElementMask narrow = new(Rows, 7);
        using ElementMask full = new(Rows, 8);
        using TemporaryFolder folder = new();
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(folder.At("b"), model.Content with { Kept = narrow }, Precision.Fp32));
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(folder.At("b"), model.Content with { Kept = full }, Precision.Fp32));
    }

    /// <summary>A table of one field of which a share of the elements is kept.</summary>
    private sealed class Pruned : IDisposable
    {
        private readonly EmbeddingTable table;
        private readonly ElementMask mask;

        public Pruned(int dimension, int seed, double share)
        {
            table = new EmbeddingTable(Rows, dimension);
            table.FillNormal(1, (ulong)seed);
            mask = new ElementMask(Rows, dimension);
            mask.KeepLargest(table, (long)(share * Rows * dimension));
            mask.Apply(table);
            Content = new BundleContent
            {
                Name = "pruned",
                Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical }],
                Vocabularies =
                [
                    new BundleVocabulary
                    {
                        Name = "id",
                        Values = FeatureValues.Of([.. Enumerable.Range(0, Rows).Select(i => $"v{i}")]),
                        Counts = new long[Rows],
                        Sizes = [.. Enumerable.Range(0, Rows).Select(row => (byte)mask.SizeOf(row))],
                        FirstRow = 0,
                    },
                ],
                Embeddings = table,
                Kept = mask,
                Network = RandomNetwork.Make("dnn", 1, dimension, 0, 1),
                Sizing = "magnitude",
            };
        }

        public BundleContent Content { get; }

        public float[] Row(int id) => table[id].ToArray();

        public void Dispose()
        {
            table.Dispose();
            mask.Dispose();
        }
    }
}
