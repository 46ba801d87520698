using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>How a run of the CLI ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON object on stdout.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Fails with what the CLI said unless it ended well.</summary>
    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Fails unless the CLI refused with this exit code and one line that holds all the words.</summary>
    public Outcome Refused(int exitCode, params string[] words)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}: {Error}");
        string[] errors = [.. Error.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal))];
        string line = Assert.Single(errors);
        Assert.EndsWith(line + "\n", Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.Empty(Output);
        return this;
    }
}
