using Taper.Studies;

namespace Taper.Conventions.Tests;

/// <summary>The study files of the checkout are what the docs say, and can be run.</summary>
public sealed class StudyFileTests
{
    private static readonly Dictionary<string, string> Environment = [];

    [Fact]
    public void The_page_shows_the_sample_study()
    {
        string sample = File.ReadAllText(Path.Combine(Checkout.Root, "samples", "compare", "study.yaml"));
        string shown = sample[sample.IndexOf("name:", StringComparison.Ordinal)..];
        Assert.Contains($"```yaml\n{shown}```", File.ReadAllText(Path.Combine(Checkout.Root, "docs", "compare.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("samples/compare/study.yaml", 4)]
    [InlineData("bench/experiments/first.yaml", 66)]
    [InlineData("bench/experiments/screening.yaml", 180)]
    [InlineData("bench/experiments/methods.yaml", 528)]
    [InlineData("bench/experiments/methods-ml-1m.yaml", 69)]
    [InlineData("bench/experiments/methods-lastfm-tag.yaml", 66)]
    [InlineData("bench/experiments/methods-dcn.yaml", 45)]
    public void A_study_file_is_right(string file, int runs) =>
        Assert.Equal(runs, Study.Load(Path.Combine(Checkout.Root, file), Environment).RunCount);
}
