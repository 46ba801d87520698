using System.CommandLine;

namespace Taper.Cli.Terminal;

/// <summary>A command of the CLI: its arguments, its examples, and what it does; failures become lines and exit codes here.</summary>
internal abstract class TaperCommand : Command
{
    protected TaperCommand(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction((parse, _) => Task.FromResult(Execute(parse)));
    }

    /// <summary>Command lines for the help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Its name, behind those of the commands that it belongs to.</summary>
    public string FullName => string.Join(' ', Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name).Append(Name));

    /// <summary>Does the work and prints the result.</summary>
    protected abstract void Run(ParseResult parse, Shell shell, CancellationToken cancellation);

    /// <summary>What is said after the command was stopped by a signal.</summary>
    protected virtual string StoppedMessage(ParseResult parse) => "Stopped; nothing was changed.";

    private int Execute(ParseResult parse)
    {
        Shell shell = SharedOptions.ShellOf(parse);
        using var interruption = new Interruption();
        try
        {
            using Tether? tether = Tether.FromEnvironment(interruption.Stop);
            Run(parse, shell, interruption.Token);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            shell.Tell(StoppedMessage(parse));
            return interruption.ExitCode;
        }
        catch (Exception exception)
        {
            Failure failure = Failure.Of(exception);
            shell.Tell($"error: {failure.Message}");
            shell.Detail(exception.ToString());
            return failure.ExitCode;
        }
    }
}
