using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;

namespace Taper.Models.Tests;

/// <summary>Rows of 8-bit integers, with a scale for each dimension of a vocabulary.</summary>
public sealed class IntegerRowsTests
{
    private const int Rows = 100;
    private const string EmbeddingsFile = "embeddings.safetensors";

    [Fact]
    public void Numbers_are_off_by_half_a_scale_at_most() => Gen.Select(Gen.Int[1, 20], Gen.Int[1, 50], Gen.Int).Sample((dimension, count, seed) =>
    {
        using EmbeddingTable table = new(count, dimension);
        table.FillNormal(1, (ulong)seed);
        IntegerScales scales = new(dimension);
        for (int row = 0; row < count; row++)
        {
            table[row][0] = 0;
            scales.Cover(table[row]);
        }

        float[] largest = [.. Enumerable.Range(0, dimension).Select(i => Enumerable.Range(0, count).Max(row => Math.Abs(table[row][i])))];
        Assert.Equal(largest.Select(number => number / 127f), scales.Scales.ToArray());
        sbyte[] integers = new sbyte[dimension];
        for (int row = 0; row < count; row++)
        {
            scales.Round(table[row], integers);
            for (int i = 0; i < dimension; i++)
            {
                Assert.Equal(table[row][i], integers[i] * scales.Scales[i], (scales.Scales[i] * 0.5001) + 1e-12);
            }
        }
    });

    [Theory]
    [InlineData(40, 16)]
    [InlineData(0, 16)]
    [InlineData(Rows, 16)]
    [InlineData(40, 3)]
    [InlineData(40, 37)]
    public void A_row_takes_a_byte_for_each_number(int keeping, int dimension)
    {
        using Tapered model = new(keeping, dimension);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        int shared = keeping < Rows ? dimension : 0;
        Assert.Equal(3, bundle.Manifest.FormatVersion);
        Assert.Equal(
            new BundleEmbedding((keeping * 2) + shared, Rows * dimension, (keeping * 2) + ((shared + dimension) * sizeof(float))),
            bundle.Manifest.Embedding);
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder.At("b"), EmbeddingsFile));
        Assert.Equal(dimension, file.Tensor("id.scale").Tensor.ElementCount);
        Assert.Equal(keeping * 2, file.Tensor("id.values").Tensor.ElementCount);
        Assert.Equal(model.Numbers(), Read(bundle));
    }

    [Theory]
    [InlineData(15, 1f, "has 15 numbers, expected 16")]
    [InlineData(17, 1f, "has 17 numbers, expected 16")]
    [InlineData(16, float.NaN, "is no scale")]
    [InlineData(16, float.PositiveInfinity, "is no scale")]
    [InlineData(16, -1f, "is no scale")]
    public void Scales_that_are_none_are_refused(int count, float last, string problem)
    {
        using Tapered model = new(30, 16);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        BundleFiles.Replace(folder.At("b"), EmbeddingsFile, WithScales(Path.Combine(folder.At("b"), EmbeddingsFile), [.. new float[count - 1], last]));
        string message = Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b"))).Message;
        Assert.Contains("'id.scale'", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_with_a_scale_for_each_row_is_refused()
    {
        using Tapered model = new(30, 16);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        byte[] same = File.ReadAllBytes(Path.Combine(folder.At("b"), EmbeddingsFile));
        BundleFiles.Replace(folder.At("b"), EmbeddingsFile, same, manifest => manifest with { FormatVersion = 1 });
        Assert.Contains("export", Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("b"))).Message, StringComparison.Ordinal);
    }

    /// <summary>All rows in the order of their values, read together and each alone.</summary>
    private static float[] Read(Bundle bundle)
    {
        CompactTable table = bundle.Tables[0];
        int dimension = table.Dimension;
        int[] rows = [.. Enumerable.Range(0, table.Rows).Select(id => id switch { 0 => table.UnknownRow, 1 => table.MissingRow, _ => table.RowOf($"v{id}") })];
        float[] all = new float[rows.Length * dimension];
        table.Read(rows, all, dimension);
        float[] one = new float[dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            table.Read(rows[i], one);
            Assert.Equal(one, all.AsSpan(i * dimension, dimension));
        }

        return all;
    }

    private static byte[] WithScales(string path, float[] scales)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsTensor[] tensors = [.. file.Names.Select(name => file.Tensor(name).Tensor)];
        using MemoryStream stream = new();
        SafetensorsWriter writer = new(stream, [.. tensors.Select(tensor => tensor.Name == "id.scale" ? new SafetensorsTensor(tensor.Name, tensor.Dtype, [scales.Length]) : tensor)]);
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Name == "id.scale")
            {
                writer.Write<float>(scales);
            }
            else
            {
                writer.Write(Payload(file.Tensor(tensor.Name)));
            }
        }

        writer.Complete();
        return stream.ToArray();
    }

    private static unsafe byte[] Payload(SafetensorsView view) => new ReadOnlySpan<byte>(view.Pointer, (int)view.ByteLength).ToArray();

    /// <summary>Values of one field of which some keep two numbers that int8 holds exactly.</summary>
    private sealed class Tapered : IDisposable
    {
        private readonly EmbeddingTable table;
        private readonly byte[] sizes;

        public Tapered(int keeping, int dimension)
        {
            sizes = [.. Enumerable.Range(0, Rows).Select(row => (byte)(row * 7 % Rows < keeping ? 2 : 0))];
            table = new EmbeddingTable(Rows + 1, dimension);
            for (int row = 0; row <= Rows; row++)
            {
                table[row][0] = (row % 2 == 0 ? 127 : -127) / 64f;
                table[row][1] = (row % 3 == 0 ? 127 : 1) / 128f;
            }

            Content = new BundleContent
            {
                Name = "tapered",
                Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical }],
                Vocabularies =
                [
                    new BundleVocabulary
                    {
                        Name = "id",
                        Values = FeatureValues.Of([.. Enumerable.Range(0, Rows).Select(i => $"v{i}")]),
                        Counts = new long[Rows],
                        Sizes = sizes,
                        FirstRow = 0,
                        DefaultRow = Rows,
                    },
                ],
                Embeddings = table,
                Network = RandomNetwork.Make("dnn", 1, dimension, 0, 1),
                Sizing = "taper",
            };
        }

        public BundleContent Content { get; }

        public float[] Numbers() => [.. Enumerable.Range(0, Rows).SelectMany(row => table[sizes[row] == 0 ? Rows : row].ToArray())];

        public void Dispose() => table.Dispose();
    }
}
