using System.CommandLine;
using Spectre.Console;

namespace Taper.Cli.Terminal;

/// <summary>The options every command takes.</summary>
internal static class SharedOptions
{
    private static readonly Option<bool> Json = Flag("--json", "Print the result as one JSON object on stdout.");
    private static readonly Option<bool> Quiet = Flag("--quiet", "Say nothing but results and errors.", "-q");
    private static readonly Option<bool> Verbose = Flag("--verbose", "Say more; an error comes with its stack trace.", "-v");
    private static readonly Option<bool> NoProgress = Flag("--no-progress", "Draw no progress bar, print plain lines.");

    public static IEnumerable<Option> All => [Json, Quiet, Verbose, NoProgress];

    /// <summary>The shell that a command line asks for.</summary>
    public static Shell ShellOf(ParseResult parse)
    {
        var options = new ShellOptions(
            parse.GetValue(Json), parse.GetValue(Quiet), parse.GetValue(Verbose), parse.GetValue(NoProgress));
        return new Shell(Console.Out, Console.Error, ErrorConsole(), options);
    }

    /// <summary>A console on stderr; whether it draws follows from stderr alone, so that --json &gt; file keeps the bar.</summary>
    private static IAnsiConsole ErrorConsole()
    {
        bool redirected = Console.IsErrorRedirected;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Yes,
        });
    }

    private static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Recursive = true };
}
