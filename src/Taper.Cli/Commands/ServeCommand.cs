using System.CommandLine;
using Taper.Cli.Terminal;
using Taper.Server;
using Taper.Server.Security;

namespace Taper.Cli.Commands;

/// <summary><c>taper serve</c>: a bundle, or a folder of models, behind HTTP endpoints.</summary>
internal sealed class ServeCommand : TaperCommand
{
    private readonly Argument<string?> _path = new("PATH")
    {
        Description = "A bundle, or a folder of models: PATH/MODEL/VERSION/.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _urls = new("--urls") { Description = "Addresses to listen on, with ; between them. Default: http://127.0.0.1:8080.", HelpName = "URLS" };
    private readonly Option<string?> _settings = new("--settings") { Description = "JSON file with settings; docs/serve.md lists them.", HelpName = "FILE" };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Override a setting, as in --set limits.max_rows=1000; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _newKey = new("--new-key") { Description = "Print a new API key and its hash for the settings, and serve nothing." };

    public ServeCommand()
        : base(
            "serve",
            "Serve a bundle, or a folder of models, over HTTP until it is stopped.",
            "taper serve bundles/amtl",
            "taper serve models --urls http://127.0.0.1:9000 --set models.versions=all",
            "taper serve --new-key")
    {
        Arguments.Add(_path);
        Option[] options = [_urls, _settings, _set, _newKey];
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        if (parse.GetValue(_newKey))
        {
            NewKey.Print(Console.Out);
            return;
        }

        var request = new ServerRequest
        {
            Path = parse.GetValue(_path),
            Urls = parse.GetValue(_urls),
            SettingsFile = parse.GetValue(_settings),
            Overrides = [.. Spoken(shell.Options), .. parse.GetValue(_set)!],
        };
        TaperServer.RunAsync(request, cancellation).GetAwaiter().GetResult();
    }

    /// <summary>How much is said, in the server's own settings.</summary>
    private static IEnumerable<string> Spoken(ShellOptions options)
    {
        if (options.Json)
        {
            yield return "telemetry.log_format=json";
        }

        if (options.Verbose || options.Quiet)
        {
            yield return $"telemetry.log_level={(options.Verbose ? "debug" : "warning")}";
        }
    }
}
