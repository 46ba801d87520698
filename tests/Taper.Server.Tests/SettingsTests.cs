using System.Collections;
using Microsoft.Extensions.Configuration;
using Taper.Models.Tests;
using Taper.Server.Security;
using Taper.Server.Settings;

namespace Taper.Server.Tests;

/// <summary>Settings come from several places and are strict.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("s.json"), """{"Taper": {"limits": {"max_rows": 1, "max_text_bytes": 2}, "scoring": {"threads": 3}, "models": {"path": "x"}}}""");
        ServerSettings settings = Read(
            new ServerRequest { SettingsFile = folder.At("s.json"), Overrides = ["limits.max_rows=10", "security.api_keys.0.sha256=" + new string('a', 64), "security.api_keys.0.rights=infer,manage"] },
            ("TAPER_LIMITS__MAX_ROWS", "20"), ("TAPER_LIMITS__MAX_TEXT_BYTES", "30"), ("TAPER_DATA", "not ours"));
        Assert.Equal((10, 30, 3), (settings.Limits.MaxRows, settings.Limits.MaxTextBytes, settings.Scoring.Threads));
        Assert.Equal([Right.Infer, Right.Manage], Assert.Single(settings.Security.ApiKeys).Rights);
    }

    [Theory]
    [InlineData("limits.max_row=1", "There is no setting limits.max_row; did you mean 'max_rows'?")]
    [InlineData("limit.max_rows=1", "There is no setting limit; did you mean 'limits'?")]
    [InlineData("limits.max_rows=0", "The setting limits.max_rows is 0; it has to be 1 to 1000000.")]
    [InlineData("limits.max_rows=many", "The setting limits.max_rows is 'many', which is not a whole number.")]
    [InlineData("limits=1", "The setting limits holds settings of its own")]
    [InlineData("limits.max_rows.x=1", "The setting limits.max_rows is one value (a whole number), not a section.")]
    [InlineData("models.versions=newest", "The setting models.versions is 'newest', which is not one of latest, all.")]
    [InlineData("telemetry.prometheus=1", "The setting telemetry.prometheus is '1', which is not true or false.")]
    [InlineData("security.api_keys.0.sha256=abc", "security.api_keys.0.sha256 has to be 64 hexadecimal digits")]
    [InlineData("security.api_keys.0.right=infer", "There is no setting security.api_keys.0.right; did you mean 'rights'?")]
    [InlineData("max_rows", "--set max_rows: write it as section.key=value")]
    [InlineData("models.path=", "Name what to serve")]
    public void What_is_not_a_setting_is_refused_by_name(string setting, string message)
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(new ServerRequest { Path = "x", Overrides = [setting] }));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static ServerSettings Read(ServerRequest request, params (string Name, string Value)[] environment)
    {
        using var configuration = new ConfigurationManager();
        var variables = new Hashtable();
        foreach ((string name, string value) in environment)
        {
            variables[name] = value;
        }

        SettingSources.AddTo(configuration, request, variables);
        return ServerSettings.From(configuration);
    }
}
