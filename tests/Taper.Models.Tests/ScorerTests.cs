using CsCheck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

public sealed class ScorerTests
{
    public static TheoryData<string> Types => [.. RandomNetwork.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_score_is_the_networks_formula_over_the_kept_embeddings(string type) =>
        Gen.Select(RandomModel.Row.List[1, 20], Gen.Int, Gen.Bool, Gen.Byte[0, 1]).Sample(
            (rows, seed, sum, smallest) =>
            {
                using RandomModel model = new(type, seed, sum ? Pooling.Sum : Pooling.Mean, smallest);
                float[] scores = Score(model, Precision.Fp32, rows);
                Assert.All(rows.Index(), row => Assert.Equal(model.Probability(row.Item), scores[row.Index], 2e-5));
            },
            iter: 15);

    [Theory]
    [InlineData(Precision.Fp16, 1e-2)]
    [InlineData(Precision.Int8, 1e-1)]
    public void Smaller_precisions_score_nearly_the_same(Precision precision, double tolerance)
    {
        using RandomModel model = new("dnn", 5);
        List<string[]> rows = [["red", "blue", "2", "drama||war", "12"], ["", "mauve", "", "", ""]];
        float[] exact = Score(model, Precision.Fp32, rows);
        float[] rounded = Score(model, precision, rows);
        Assert.NotEqual(exact[0], rounded[0]);
        Assert.Equal(exact[0], rounded[0], tolerance);
        Assert.Equal(exact[1], rounded[1], tolerance);
    }

    [Fact]
    public void Rows_beyond_one_run_of_the_network_are_scored_too()
    {
        using RandomModel model = new("deepfm", 3);
        List<string[]> rows = [.. Enumerable.Range(0, 2500).Select(i => new[] { i % 2 == 0 ? "red" : "", "blue", $"{i % 7}", "drama", "3" })];
        float[] scores = Score(model, Precision.Fp32, rows);
        Assert.Equal(2500, scores.Length);
        Assert.Equal(model.Probability(rows[2499]), scores[2499], 2e-5);
        Assert.Equal(scores[0], scores[14]);
    }

    [Fact]
    public void Rows_can_be_given_as_table_rows()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        CompactTable colours = scorer.Bundle.TableOf(scorer.Fields[0]);
        CompactTable tags = scorer.Bundle.TableOf(scorer.Fields[3]);
        FeatureBatch batch = scorer.CreateBatch();
        batch.AddRow("red", null, "2.5", "war||noir", null);
        batch.AddRow();
        batch.SetRows(0, [colours.RowOf("red")]);
        batch.SetNumber(2, 1);
        batch.SetRows(3, [tags.RowOf("war"), tags.RowOf("noir")]);
        float[] scores = new float[2];
        scorer.Score(batch, scores);
        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public void A_field_that_is_set_again_has_the_newest_values()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        FeatureBatch batch = scorer.CreateBatch();
        batch.AddRow("red", "", "2.5", "war", "");
        batch.AddRow("mauve", "", "2.5", "war|noir|polka", "");
        batch.Set(0, "blue");
        batch.Set(0, "red");
        batch.Set(3, "noir");
        batch.Set(3, "war");
        float[] scores = new float[2];
        scorer.Score(batch, scores);
        Assert.Equal(scores[0], scores[1]);
        Assert.Equal(0, batch.UnknownCount(0));
        batch.Set(0, "");
        scorer.Score(batch, scores);
        Assert.NotEqual(scores[0], scores[1]);
    }

    [Fact]
    public void Unknown_values_are_counted_by_field()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        FeatureBatch batch = scorer.CreateBatch();
        batch.AddRow("mauve", "", "2.5", "war||polka||swing", "soon");
        Assert.Equal([1, 0, 0, 2, 0], Enumerable.Range(0, 5).Select(batch.UnknownCount));
        Assert.Equal([1, 1, 0, 3, 1], Enumerable.Range(0, 5).Select(batch.ValueCount));
        batch.Clear();
        Assert.Equal(0, batch.UnknownCount(3));
    }

    [Fact]
    public void A_number_too_large_for_the_network_is_an_error_and_no_score()
    {
        using RandomModel model = new("fm", 1);
        ScoringException e = Assert.Throws<ScoringException>(
            () => Score(model, Precision.Fp32, [["", "", "1", "", ""], ["", "", "1e300", "", ""]]));
        Assert.Contains("Row 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_threads_share_a_scorer()
    {
        using RandomModel model = new("dcn_v2", 4);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        Parallel.For(0, 64, i =>
        {
            string colour = RandomModel.Colours[2 + (i % 5)];
            FeatureBatch batch = scorer.CreateBatch();
            batch.AddRow(colour, "", "1", "war", "0");
            Span<float> score = stackalloc float[1];
            scorer.Score(batch, score);
            Assert.Equal(model.Probability(colour, "", "1", "war", "0"), score[0], 2e-5);
        });
    }

    [Theory]
    [InlineData("dnn", 1)]
    [InlineData("deepfm", 700)]
    public void Scoring_as_many_rows_as_before_allocates_nothing(string type, int count)
    {
        using RandomModel model = new(type, 9);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        FeatureBatch batch = scorer.CreateBatch();
        float[] scores = new float[count];
        long[] allocated = new long[10];
        for (int call = 0; call < allocated.Length; call++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            batch.Clear();
            for (int row = 0; row < count; row++)
            {
                batch.AddRow();
                batch.Set(0, "red"u8);
                batch.Set(2, "2.5"u8);
                batch.Set(3, "war||noir"u8);
            }

            scorer.Score(batch, scores);
            allocated[call] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated.Min()); // compiling a method allocates too
    }

    [Fact]
    public void A_network_that_does_not_fit_the_manifest_is_refused()
    {
        using RandomModel one = new("dnn", 1);
        using RandomModel other = new("fm", 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), one.Content, Precision.Fp32);
        byte[] network = Models.Onnx.NetworkGraph.ToModel(other.Content.Network);
        BundleFiles.Replace(folder.At("b"), "network.onnx", network);
        ArtifactException e = Assert.Throws<ArtifactException>(() => Scorer.Open(folder.At("b")));
        Assert.Contains("network.onnx does not fit", e.Message, StringComparison.Ordinal);
    }

    private static float[] Score(RandomModel model, Precision precision, List<string[]> rows)
    {
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, precision);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        FeatureBatch batch = scorer.CreateBatch();
        rows.ForEach(row => batch.AddRow(row));
        float[] scores = new float[rows.Count];
        scorer.Score(batch, scores);
        return scores;
    }
}
