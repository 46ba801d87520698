using CsCheck;

namespace Taper.Models.Tests;

public sealed class CandidateBatchTests
{
    private const int Fields = 5;

    public static TheoryData<string> Types => [.. RandomNetwork.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Candidates_score_as_full_rows_do(string type)
    {
        using RandomModel model = new(type, 11, smallest: 0);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        Gen.Select(Gen.Int[0, (1 << Fields) - 1], Gen.Bool, RandomModel.Row, RandomModel.Row.List[0, 20]).Sample(
            (shared, sharedFirst, user, rows) =>
            {
                bool[] isShared = [.. Enumerable.Range(0, Fields).Select(field => ((shared >> field) & 1) == 1)];
                FeatureBatch batch = scorer.CreateBatch();
                rows.ForEach(row => batch.AddRow([.. row.Select((text, field) => isShared[field] ? user[field] : text)]));
                CandidateBatch candidates = scorer.CreateCandidates();
                Share(candidates, [.. isShared.Select(s => !s)], user);
                candidates.Clear(); // the next request shares other fields
                Action[] parts = [() => Share(candidates, isShared, user), () => Add(candidates, isShared, rows)];
                Array.ForEach(sharedFirst ? parts : [.. parts.Reverse()], part => part());
                Assert.Equal(rows.Count, candidates.Count);
                float[] expected = new float[rows.Count];
                float[] scores = new float[rows.Count];
                scorer.Score(batch, expected);
                scorer.Score(candidates, scores);
                Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            },
            iter: 200);
    }

    [Fact]
    public void Candidates_beyond_one_run_of_the_network_are_scored_too()
    {
        using RandomModel model = new("deepfm", 3);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        CandidateBatch candidates = scorer.CreateCandidates();
        candidates.SetShared(1, "blue");
        candidates.SetShared(3, "drama||war");
        for (int i = 0; i < 2500; i++)
        {
            candidates.AddCandidate();
            candidates.Set(0, i % 2 == 0 ? "red" : null);
            candidates.Set(2, $"{i % 7}");
        }

        float[] scores = new float[2500];
        scorer.Score(candidates, scores);
        Assert.Equal(model.Probability("", "blue", $"{2499 % 7}", "drama||war", ""), scores[2499], 2e-5);
        Assert.Equal(scores[0], scores[14]);
    }

    [Fact]
    public void Values_are_counted_once_where_they_are_shared()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        CandidateBatch candidates = scorer.CreateCandidates();
        candidates.SetShared(0, "mauve");
        candidates.AddCandidate();
        candidates.Set(3, "war||polka||swing");
        candidates.AddCandidate();
        Assert.Equal([1, 0, 0, 2, 0], Enumerable.Range(0, Fields).Select(candidates.UnknownCount));
        Assert.Equal([1, 1, 0, 4, 1], Enumerable.Range(0, Fields).Select(candidates.ValueCount));
        candidates.Clear();
        Assert.Equal(0, candidates.Count);
        Assert.Equal(0, candidates.UnknownCount(0));
    }

    [Fact]
    public void A_field_is_set_in_one_part_only()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        CandidateBatch candidates = scorer.CreateCandidates();
        candidates.SetShared(0, "red");
        candidates.AddCandidate();
        candidates.AddCandidate();
        candidates.Set(1, "blue");
        const string message = "The field 'other_colour' is set in the shared part and in candidate 2; set it in one of them.";
        Assert.Equal(message, Assert.Throws<ScoringException>(() => candidates.SetShared(1, "red")).Message);
        Assert.Contains("'colour'", Assert.Throws<ScoringException>(() => candidates.Set(0, "red")).Message, StringComparison.Ordinal);
        candidates.Clear();
        candidates.SetShared(1, "red");
    }

    [Fact]
    public void What_cannot_be_set_is_told()
    {
        using RandomModel model = new("dcn_v2", 9);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        CandidateBatch candidates = scorer.CreateCandidates();
        Assert.Throws<InvalidOperationException>(() => candidates.Set(0, "red"));
        Assert.Throws<ArgumentOutOfRangeException>(() => candidates.SetShared(Fields, "red"));
        Assert.Contains("The shared part", Assert.Throws<ScoringException>(() => candidates.SetShared(2, "1e300")).Message, StringComparison.Ordinal);
        candidates.AddCandidate();
        Assert.Throws<ArgumentOutOfRangeException>(() => candidates.Set(-1, "red"));
        candidates.AddCandidate();
        ScoringException tooLarge = Assert.Throws<ScoringException>(() => candidates.Set(2, "1e300"));
        Assert.Equal("Candidate 2 of the batch: 1E+300 is too large for the numeric field 'price'; correct it or leave it empty.", tooLarge.Message);
        candidates.Set(2, "1e38");
        Assert.Contains("Candidate 2", Assert.Throws<ScoringException>(() => scorer.Score(candidates, new float[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Score(candidates, new float[1]));
    }

    [Fact]
    public void A_field_is_found_by_its_name()
    {
        using RandomModel model = new("dnn", 9);
        using TemporaryFolder folder = new();
        using Scorer scorer = Open(model, folder);
        Assert.Equal(3, scorer.FieldNumber("tags"));
        ScoringException e = Assert.Throws<ScoringException>(() => scorer.FieldNumber("tag"));
        Assert.Equal("The model has no field 'tag'; its fields are colour, other_colour, price, tags, year.", e.Message);
    }

    private static Scorer Open(RandomModel model, TemporaryFolder folder)
    {
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        return Scorer.Open(folder.At("b"));
    }

    private static void Share(CandidateBatch candidates, bool[] isShared, string[] user)
    {
        for (int field = 0; field < Fields; field++)
        {
            if (isShared[field])
            {
                candidates.SetShared(field, user[field]);
            }
        }
    }

    /// <summary>A missing value is sometimes set as such, and sometimes not set.</summary>
    private static void Add(CandidateBatch candidates, bool[] isShared, List<string[]> rows)
    {
        foreach ((int number, string[] row) in rows.Index())
        {
            candidates.AddCandidate();
            for (int field = 0; field < Fields; field++)
            {
                if (!isShared[field] && (row[field].Length > 0 || number % 2 == 0))
                {
                    candidates.Set(field, row[field]);
                }
            }
        }
    }
}
