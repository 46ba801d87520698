namespace Taper.Conventions.Tests;

/// <summary>The public API of every project stands in eng/PublicApi, so that a change to it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "TAPER_ACCEPT_API";

    [Theory]
    [MemberData(nameof(Projects))]
    public void Public_API_is_the_reviewed_one(string project)
    {
        string file = Path.Combine(Checkout.Root, "eng", "PublicApi", project + ".txt");
        string[] actual = [.. PublicApiText.Of(Checkout.Load(project))];
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, actual);
            return;
        }

        string[] reviewed = File.Exists(file) ? File.ReadAllLines(file) : [];
        var change = reviewed.Except(actual).Select(l => "- " + l).Concat(actual.Except(reviewed).Select(l => "+ " + l)).ToList();
        Assert.True(change.Count == 0 && reviewed.Length == actual.Length,
            $"The public API of {project} changed:\n{string.Join('\n', change)}\nIf that is meant: {Accept}=1 dotnet test, and commit eng/PublicApi.");
    }

    public static TheoryData<string> Projects() => [.. Checkout.Projects.Where(p => p != "Taper.Cli")];
}
