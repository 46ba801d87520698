using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Taper.Models.Tests;

/// <summary>The C# of docs/embed-in-dotnet.md is the code of the regions below, and does what the page says.</summary>
public sealed partial class DocsSampleTests
{
    [Fact]
    public void Rows_are_scored()
    {
        using RandomModel model = new("dnn", 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        string bundle = folder.At("b");

        #region score
        using Scorer scorer = Scorer.Open(bundle);
        FeatureBatch batch = scorer.CreateBatch();                    // one for each thread; use it again after Clear()
        batch.AddRow("red", "blue", "9.99", "drama||war", "12");      // in the order of scorer.Fields; null is missing
        batch.AddRow("green", null, "", "noir", "3");
        float[] probabilities = new float[batch.Count];
        scorer.Score(batch, probabilities);
        #endregion

        Assert.Equal(model.Probability("red", "blue", "9.99", "drama||war", "12"), probabilities[0], 2e-5);
        Assert.Equal(model.Probability("green", "", "", "noir", "3"), probabilities[1], 2e-5);
    }

    [Fact]
    public void Candidates_are_ranked()
    {
        using RandomModel model = new("dnn", 1);
        using TemporaryFolder folder = new();
        BundleWriter.Write(folder.At("b"), model.Content, Precision.Fp32);
        using Scorer scorer = Scorer.Open(folder.At("b"));
        string[] colours = ["red", "green", "blue"];

        #region rank
        int colour = scorer.FieldNumber("colour");
        CandidateBatch candidates = scorer.CreateCandidates();        // one for each thread; use it again after Clear()
        candidates.SetShared(scorer.FieldNumber("tags"), "drama||war"); // the user's part, found and read once
        foreach (string candidate in colours)
        {
            candidates.AddCandidate();
            candidates.Set(colour, candidate);                        // what nobody sets is missing
        }

        float[] scores = new float[candidates.Count];
        scorer.Score(candidates, scores);
        Array.Sort(scores, colours);                                  // the best is the last
        #endregion

        Assert.All(colours.Zip(scores), pair => Assert.Equal(model.Probability(pair.First, "", "", "drama||war", ""), pair.Second, 2e-5));
    }

    [Fact]
    public void The_page_shows_this_code()
    {
        string page = Path.Combine(Path.GetDirectoryName(Source())!, "..", "..", "docs", "embed-in-dotnet.md");
        string[] shown = [.. Block().Matches(File.ReadAllText(page)).Select(match => match.Groups["code"].Value.Trim())];
        string[] compiled = [.. Region().Matches(File.ReadAllText(Source())).Select(match => match.Groups["code"].Value)];
        Assert.Equal(compiled.Select(code => string.Join('\n', code.TrimEnd().Split('\n').Select(line => line.Length < 8 ? line : line[8..]))), shown);
    }

    private static string Source([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(?<=\n) *#region \\w+\n(?<code>.*?)\n *#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();
}
