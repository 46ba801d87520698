using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

public sealed class BundleTests
{
    [Fact]
    public void The_manifest_says_what_was_handed_over()
    {
        using RandomModel model = new("deepfm", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp16);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        BundleManifest manifest = bundle.Manifest;
        Assert.Equal("random", manifest.Name);
        Assert.Equal("deepfm", manifest.Network);
        Assert.Equal(Precision.Fp16, manifest.Precision);
        Assert.Equal(0.5, manifest.Budget);
        Assert.Equal(model.Content.Fields.Select(field => field.ToString()), manifest.Fields.Select(field => field.ToString()));
        Assert.Equal(0.75, manifest.Metrics["test"]["auc"]);
        long kept = model.Content.Vocabularies.Sum(v => v.Sizes.Sum(s => (long)s));
        Assert.Equal(new BundleEmbedding(kept, 19 * RandomModel.Dimension, kept * 2), manifest.Embedding);
        Assert.Equal(["colours", "tags", "year"], manifest.Vocabularies.Select(v => v.Name));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using RandomModel model = new("dcn_v2", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("a"), model.Content, Precision.Int8);
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        foreach (string file in Directory.EnumerateFiles(folder.At("a")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder.At("b"), Path.GetFileName(file))));
        }
    }

    [Fact]
    public void Any_flipped_byte_is_refused_and_its_file_named()
    {
        using RandomModel model = new("dnn", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        foreach (string file in Directory.EnumerateFiles(folder.At("b")))
        {
            byte[] good = File.ReadAllBytes(file);
            for (int at = 0; at < good.Length; at += Math.Max(1, good.Length / 300))
            {
                byte[] bad = [.. good];
                bad[at] ^= 0x10;
                File.WriteAllBytes(file, bad);
                ArtifactException e = Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b")));
                Assert.Contains(Path.GetFileName(file), e.Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(file, good);
        }

        Bundle.Open(folder.At("b")).Dispose();
    }

    [Fact]
    public void A_file_cut_short_or_missing_is_refused()
    {
        using RandomModel model = new("dnn", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        string file = Path.Combine(folder.At("b"), "embeddings.safetensors");
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.Contains("embeddings.safetensors", Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b"))).Message, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("is missing", Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        using RandomModel model = new("dnn", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        string path = Path.Combine(folder.At("b"), "manifest.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"format_version\": 1", "\"format_version\": 4", StringComparison.Ordinal));
        ArtifactException e = Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b")));
        Assert.Contains("format version 4", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys.safetensors", 1)]
    [InlineData("embeddings.safetensors", 100)]
    public void Tensors_that_lie_about_rows_are_refused_though_their_checksums_fit(string file, int atLeast)
    {
        using RandomModel model = new("dnn", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        byte[] good = File.ReadAllBytes(Path.Combine(folder.At("b"), file));
        int refused = 0;
        for (int at = (int)BitConverter.ToUInt64(good) + 8; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x40;
            BundleFiles.Replace(folder.At("b"), file, bad);
            refused += ReadsOrRefuses(folder.At("b")) ? 0 : 1;
        }

        Assert.InRange(refused, atLeast, good.Length);
    }

    [Fact]
    public void A_model_that_cannot_be_written_leaves_the_old_bundle()
    {
        using RandomModel model = new("dnn", 2);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        model.Content.Embeddings[2][0] = 1e6f;
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp16));
        model.Content.Embeddings[2][0] = float.NaN;
        Assert.Throws<ArgumentException>(() => BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32));
        using Bundle bundle = Bundle.Open(folder.At("b"));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(Precision.Fp32, 32)]
    [InlineData(Precision.Int8, 20)]
    public void Keys_and_index_do_not_eat_the_saving(Precision precision, int mostBytesAValue)
    {
        const int rows = 20_000;
        using TemporaryFolder folder = new();
        WriteIds(folder.At("b"), rows, row => 1 + (row % 7), precision);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        long bytes = bundle.Manifest.Files.Where(file => file.Path != "network.onnx").Sum(file => file.Bytes);
        Assert.InRange(bytes, rows, rows * mostBytesAValue);
    }

    [Fact]
    public void The_embeddings_file_shrinks_as_the_budget_says()
    {
        const int rows = 2_000;
        using TemporaryFolder folder = new();
        WriteIds(folder.At("fixed"), rows, _ => 16, Precision.Fp32);
        WriteIds(folder.At("quarter"), rows, row => 1 + (row % 7), Precision.Fp32);
        Assert.InRange(Length("quarter") / Length("fixed"), 0.25, 0.3);

        double Length(string bundle) => new FileInfo(Path.Combine(folder.At(bundle), "embeddings.safetensors")).Length;
    }

    [Fact]
    public void Keys_are_the_same_in_every_version()
    {
        using TemporaryFolder folder = new();
        WriteIds(folder.At("b"), 3_000, row => 1 + (row % 7), Precision.Fp32);
        Assert.Equal("xxh128:1ef1fb71b545c602254ff27e8547ac27", Taper.Embeddings.Storage.Checksum.OfFile(Path.Combine(folder.At("b"), "keys.safetensors")));
    }

    /// <summary>A bundle of one field with D = 16.</summary>
    private static void WriteIds(string folder, int rows, Func<int, int> sizeOf, Precision precision)
    {
        using EmbeddingTable table = new(rows, 16);
        table.FillNormal(0.1, 1);
        BundleContent content = new()
        {
            Name = "size",
            Fields = [new Taper.Embeddings.Features.FeatureField { Name = "id", Kind = Taper.Embeddings.Features.FieldKind.Categorical }],
            Vocabularies =
            [
                new BundleVocabulary
                {
                    Name = "id",
                    Values = Taper.Embeddings.Features.FeatureValues.Of([.. Enumerable.Range(0, rows).Select(i => $"value {i}")]),
                    Counts = new long[rows],
                    Sizes = [.. Enumerable.Range(0, rows).Select(row => (byte)sizeOf(row))],
                    FirstRow = 0,
                },
            ],
            Embeddings = table,
            Network = RandomNetwork.Make("dnn", 1, 16, 0, 1),
            Sizing = "amtl",
        };
        BundleWriter.Write(folder, content, precision);
    }

    private static bool ReadsOrRefuses(string folder)
    {
        try
        {
            using Bundle bundle = Bundle.Open(folder);
            float[] row = new float[RandomModel.Dimension];
            foreach (CompactTable table in bundle.Tables)
            {
                table.RowOf("absent");
                for (int r = 0; r < table.Rows; r++)
                {
                    table.Read(r, row);
                }
            }

            return true;
        }
        catch (ArtifactException)
        {
            return false;
        }
    }
}
