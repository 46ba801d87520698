using System.Text.RegularExpressions;

namespace Taper.Conventions.Tests;

/// <summary>What source files look like.</summary>
public sealed partial class SourceFileTests
{
    [Fact]
    public void A_file_holds_one_public_type_and_has_its_name()
    {
        var wrong = new List<string>();
        foreach (string file in Checkout.Files("src", "*.cs"))
        {
            string[] types = [.. PublicType().Matches(File.ReadAllText(file)).Select(m => m.Groups["name"].Value)];
            string name = Path.GetFileName(file).Split('.')[0];
            if (types.Length > 1 || (types.Length == 1 && types[0] != name))
            {
                wrong.Add($"{Path.GetRelativePath(Checkout.Root, file)}: {string.Join(", ", types)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Files_stay_short()
    {
        int[] lines = [.. Checkout.Files("src", "*.cs").Select(f => File.ReadLines(f).Count()).Order()];
        Assert.InRange(lines[lines.Length * 9 / 10], 1, 250);
    }

    [Fact]
    public void Every_public_type_has_its_documentation()
    {
        foreach (string project in Checkout.Projects)
        {
            string documentation = File.ReadAllText(Path.ChangeExtension(Checkout.Load(project).Location, ".xml"));
            Assert.All(
                Checkout.Types(project).Where(t => t.IsVisible),
                t => Assert.Contains($"name=\"T:{t.FullName!.Replace('+', '.')}\"", documentation, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void No_file_tells_of_the_machine_it_was_written_on()
    {
        Assert.SkipWhen(Checkout.TrackedFiles().Count == 0, "not a git checkout");
        var told =
            from file in Checkout.TrackedFiles()
            where !file.StartsWith("data/", StringComparison.Ordinal)
            from line in File.ReadLines(Path.Combine(Checkout.Root, file))
            where MachinePath().IsMatch(line)
            select $"{file}: {line.Trim()}";
        Assert.Empty(told);
    }

    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|readonly|ref|unsafe|partial) )*(?:class|record struct|record|struct|enum|interface|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    /// <summary>Folders of one machine: a home folder, a work folder at the root, a folder for temporary files.</summary>
    [GeneratedRegex("(?<![\\w.$}*~])/(?:work|root|home/\\w+|tmp)/\\w")]
    private static partial Regex MachinePath();
}
