using System.Text.Json.Nodes;
using Spectre.Console;

namespace Taper.Cli.Terminal;

/// <summary>Where a command speaks: results on stdout, everything else on stderr.</summary>
internal sealed class Shell
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public Shell(TextWriter output, TextWriter error, IAnsiConsole console, ShellOptions options)
    {
        _output = output;
        _error = error;
        Console = console;
        Options = options;
    }

    public ShellOptions Options { get; }

    /// <summary>Draws on stderr.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether stderr is a terminal on which a bar may be drawn.</summary>
    public bool DrawsBars => Console.Profile.Capabilities.Interactive && Console.Profile.Out.IsTerminal
        && !Options.NoProgress && !Options.Quiet;

    /// <summary>A line of the result.</summary>
    public void Result(string line) => _output.WriteLine(line);

    /// <summary>The result as one JSON object.</summary>
    public void Result(JsonObject result) => _output.WriteLine(result.ToJsonString(JsonText.Indented));

    /// <summary>A line about what is going on; not shown with --quiet.</summary>
    public void Say(string line)
    {
        if (!Options.Quiet)
        {
            Tell(line);
        }
    }

    /// <summary>A line that is shown only with --verbose.</summary>
    public void Detail(string line)
    {
        if (Options.Verbose)
        {
            Tell(line);
        }
    }

    /// <summary>A line that is always shown.</summary>
    public void Tell(string line)
    {
        if (DrawsBars)
        {
            Console.WriteLine(line);
        }
        else
        {
            _error.WriteLine(line);
        }
    }
}
