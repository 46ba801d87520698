using CsCheck;

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
                for (int id = 0; id < vocabulary.Values.Count; id++)
                {
                    int row = id switch
                    {
                        BundleVocabulary.Unknown => table.UnknownRow,
                        BundleVocabulary.Missing => table.MissingRow,
                        _ => table.RowOf(vocabulary.Values[id]),
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
        for (int id = BundleVocabulary.Reserved; id < vocabulary.Values.Count; id++)
        {
            float[] kept = model.Kept(vocabulary, id);
            float largest = kept.Max(Math.Abs);
            double step = precision == Precision.Fp16 ? largest / 2048 : largest / 127 * 0.51;
            bundle.Tables[0].Read(bundle.Tables[0].RowOf(vocabulary.Values[id]), read);
            Assert.All(kept.Zip(read), pair => Assert.Equal(pair.First, pair.Second, step + 1e-7));
        }
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
