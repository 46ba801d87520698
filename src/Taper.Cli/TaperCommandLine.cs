using System.CommandLine;
using Taper.Cli.Commands;
using Taper.Cli.Terminal;

namespace Taper.Cli;

/// <summary>The command line as a whole.</summary>
internal static class TaperCommandLine
{
    /// <summary>Runs it and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parse = Create().Parse(args);
        if (parse.Errors.Count > 0)
        {
            string command = parse.CommandResult.Command is TaperCommand named ? $"taper {named.FullName}" : "taper";
            await Console.Error.WriteLineAsync(
                $"error: {Failure.OneLine(parse.Errors[0].Message)} See `{command} --help`.");
            return ExitCode.Usage;
        }

        return await parse.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Taper learns how wide each embedding of a recommendation model has to be.")
        {
            new DemoCommand(),
            new PrepareCommand(),
            new TrainCommand(),
            new EvaluateCommand(),
            new ExportCommand(),
            new ApplyCommand(),
            new PredictCommand(),
            new PublishCommand(),
            new ServeCommand(),
            new InspectCommand(),
            new CompareCommand(),
            new ReplayCommand(),
            new ClusterCommand(),
            new PlanCommand(),
            new GenerateCommand(),
        };
        foreach (Option option in SharedOptions.All)
        {
            root.Options.Add(option);
        }

        HelpWithExamples.AddTo(root);
        return root;
    }
}
