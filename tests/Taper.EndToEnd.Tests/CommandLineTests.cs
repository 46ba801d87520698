namespace Taper.EndToEnd.Tests;

public sealed class CommandLineTests
{
    private static readonly string Here = Path.GetTempPath();

    public static TheoryData<string> Commands => ["demo", "prepare", "train", "evaluate", "export", "predict", "inspect", "compare", "plan", "generate"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_explains_a_command_with_examples(string command)
    {
        Outcome outcome = (await TaperProcess.RunAsync(Here, command, "--help")).Succeeded();
        Assert.Contains($"taper {command}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("silo")]
    [InlineData("train")]
    [InlineData("stop")]
    public async Task Help_explains_a_command_of_a_cluster_with_examples(string command)
    {
        Outcome outcome = (await TaperProcess.RunAsync(Here, "cluster", command, "--help")).Succeeded();
        Assert.Contains($"taper cluster {command}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        Outcome outcome = (await TaperProcess.RunAsync(Here, "--version")).Succeeded();
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", outcome.Output);
    }

    [Theory]
    [InlineData("trian")]
    [InlineData("train", "run.yaml")]
    [InlineData("train", "run.yaml", "--data", "d", "--out", "o", "--seed", "many")]
    [InlineData("train", "run.yaml", "--data", "d", "--out", "o", "--sead", "1")]
    [InlineData("evaluate", "run", "--split", "holdout")]
    [InlineData("cluster", "silo")]
    [InlineData("cluster", "silo", "--cluster", "redis:6379")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) =>
        (await TaperProcess.RunAsync(Here, arguments)).Refused(2, "--help");

    [Fact]
    public async Task A_folder_that_is_not_there_exits_with_3() =>
        (await TaperProcess.RunAsync(Here, "inspect", "no-such-folder")).Refused(3, "no-such-folder");
}
