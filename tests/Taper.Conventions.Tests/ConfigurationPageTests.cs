using System.Text;
using Taper.Configuration;
using Taper.Data;
using Taper.Studies;
using Taper.Training;

namespace Taper.Conventions.Tests;

/// <summary>docs/configuration.md lists every key of the code, with its default and its range.</summary>
public sealed class ConfigurationPageTests
{
    private const string Accept = "TAPER_ACCEPT_API";

    private static readonly (string Section, Type Record)[] Sections =
    [
        ("data", typeof(DataConfig)),
        ("network", typeof(NetworkConfig)),
        ("sizing", typeof(SizingConfig)),
        ("training", typeof(TrainingConfig)),
        ("import", typeof(ImportConfig)),
    ];

    [Fact]
    public void The_page_lists_every_key()
    {
        string file = Path.Combine(Checkout.Root, "docs", "configuration.md");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(file, Page());
            return;
        }

        Assert.True(File.ReadAllText(file) == Page(), $"docs/configuration.md is out of date: {Accept}=1 dotnet test, and commit it.");
    }

    private static string Page()
    {
        StringBuilder page = new("""
            # Configuration

            One YAML file holds four sections: `data` is read by `taper prepare`, `network`, `sizing` and `training` by
            `taper train`. A section that a command does not need may be left out. Unknown keys are refused.
            `--set section.key=value` overrides any key; `${NAME:-default}` takes an environment variable. Relative paths
            start at the config's folder. This page is made from the code.


            """);
        foreach ((string section, Type record) in Sections)
        {
            page.Append($"## {section}\n\n");
            AppendKeys(page, record);
        }

        page.Append("## A study\n\nThe keys at the top of the file that [`taper compare`](compare.md) reads.\n\n");
        AppendKeys(page, typeof(StudyConfig));
        return page.ToString().TrimEnd() + "\n";
    }

    private static void AppendKeys(StringBuilder page, Type record)
    {
        page.Append("| key | default | range | meaning |\n|---|---|---|---|\n");
        foreach (ConfigKeyDescription key in ConfigKeys.Of(record))
        {
            page.Append($"| `{key.Path}` | {Cell(DefaultOf(key))} | {Cell(key.Range)} | {Cell(key.Description)} |\n");
        }

        page.Append('\n');
    }

    private static string DefaultOf(ConfigKeyDescription key) => key.Default switch
    {
        null => "required",
        "" => "", // keys of its own
        string value => $"`{value}`",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
