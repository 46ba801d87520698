using CsCheck;
using Taper.Embeddings;
using Taper.Embeddings.Features;

namespace Taper.Models.Tests;

public sealed class CompactTableTests
{
    [Fact]
    public void Rows_read_as_they_were_trained() => Gen.Select(Gen.Int, Gen.Byte[0, 1]).Sample(
        (seed, smallest) =>
        {
            using RandomModel model = new("dnn", seed, smallest: smallest);
            using TemporaryFolder folder = new();
            BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
            using Bundle bundle = Bundle.Open(folder.At("b"));
            foreach ((BundleVocabulary vocabulary, CompactTable table) in model.Content.Vocabularies.Zip(bundle.Tables))
            {
                string[] values = vocabulary.Values.ToArray();
                for (int id = 0; id < values.Length; id++)
                {
                    int row = id switch
                    {
                        BundleVocabulary.Unknown => table.UnknownRow,
                        BundleVocabulary.Missing => table.MissingRow,
                        _ => table.RowOf(values[id]),
                    };
                    float[] read = new float[RandomModel.Dimension];
                    table.Read(row, read);
                    Assert.Equal(model.Kept(vocabulary, id), read);
                    Assert.Equal(vocabulary.Sizes[id], table.SizeOf(row));
                }

                Assert.Equal(table.UnknownRow, table.RowOf("never seen"));
            }
        },
        iter: 30);

    [Theory]
    [InlineData(Precision.Fp16)]
    [InlineData(Precision.Int8)]
    public void Smaller_precisions_round_by_their_step(Precision precision)
    {
        using RandomModel model = new("dnn", 77);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, precision);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        BundleVocabulary vocabulary = model.Content.Vocabularies[0];
        float[] read = new float[RandomModel.Dimension];
        string[] values = vocabulary.Values.ToArray();
        float largestOfAll = Enumerable.Range(0, values.Length).Max(id => model.Kept(vocabulary, id).Max(Math.Abs));
        for (int id = BundleVocabulary.Reserved; id < values.Length; id++)
        {
            float[] kept = model.Kept(vocabulary, id);
            double step = precision == Precision.Fp16 ? kept.Max(Math.Abs) / 2048 : largestOfAll / 127 * 0.51;
            bundle.Tables[0].Read(bundle.Tables[0].RowOf(values[id]), read);
            Assert.All(kept.Zip(read), pair => Assert.Equal(pair.First, pair.Second, step + 1e-7));
        }
    }

    [Theory]
    [InlineData(Precision.Fp32, 16)]
    [InlineData(Precision.Fp16, 16)]
    [InlineData(Precision.Int8, 16)]
    [InlineData(Precision.Fp32, 32)]
    [InlineData(Precision.Fp16, 48)]
    [InlineData(Precision.Int8, 20)]
    [InlineData(Precision.Int8, 255)]
    [InlineData(Precision.Fp16, 6)]
    [InlineData(Precision.Fp32, 1)]
    public void Many_rows_read_and_are_found_as_one_by_one(Precision precision, int dimension)
    {
        const int count = 500;
        using EmbeddingTable trained = new(count + 1, dimension);
        trained.FillNormal(0.1, 1);
        BundleVocabulary vocabulary = new()
        {
            Name = "id",
            Values = FeatureValues.Of([.. Enumerable.Range(0, count).Select(i => $"v{i}")]),
            Counts = new long[count],
            Sizes = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 % (dimension + 1)))],
            FirstRow = 0,
            DefaultRow = count,
        };
        BundleContent content = new()
        {
            Name = "many",
            Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical }],
            Vocabularies = [vocabulary],
            Embeddings = trained,
            Network = RandomNetwork.Make("dnn", 1, dimension, 0, 1),
            Sizing = "amtl",
        };
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), content, precision);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        CompactTable table = bundle.Tables[0];
        string[] wanted = [.. Enumerable.Range(0, 300).Select(i => $"v{i * 37 % 600}")]; // one in six is not there
        int[] rows = new int[wanted.Length];
        table.Find([.. wanted.Select(value => FeatureKey.Hash(value, bundle.Manifest.Vocabularies[0].HashSeed))], rows);
        Assert.Equal(wanted.Select(table.RowOf), rows);
        Assert.Contains(table.UnknownRow, rows);

        int stride = dimension + 3;
        int[] all = [.. rows, .. Enumerable.Range(0, table.Rows)];
        float[] read = new float[(all.Length * stride) - 3];
        float[] one = new float[dimension];
        table.Read(all, read, stride);
        for (int i = 0; i < all.Length; i++)
        {
            table.Read(all[i], one);
            Assert.Equal(one, read.AsSpan(i * stride, dimension));
        }

        Assert.Throws<ArgumentException>(() => table.Read(all, read.AsSpan(1), stride));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read([table.Rows], read, stride));
        long before = GC.GetAllocatedBytesForCurrentThread();
        table.Read(all, read, stride);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_row_that_is_not_there_is_refused()
    {
        using RandomModel model = new("dnn", 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        float[] read = new float[RandomModel.Dimension];
        Assert.Throws<ArgumentOutOfRangeException>(() => bundle.Tables[0].Read(-1, read));
        Assert.Throws<ArgumentOutOfRangeException>(() => bundle.Tables[0].Read(bundle.Tables[0].Rows, read));
    }

    [Fact]
    public void Finding_and_reading_allocates_nothing()
    {
        using RandomModel model = new("dnn", 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Int8);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        CompactTable table = bundle.Tables[0];
        float[] read = new float[RandomModel.Dimension];
        table.Read(table.RowOf("red"u8), read);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            table.Read(table.RowOf("red"u8), read);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
