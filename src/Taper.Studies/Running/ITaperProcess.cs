namespace Taper.Studies;

/// <summary>Runs commands of taper, each in a process of its own.</summary>
public interface ITaperProcess
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="said">Hears each line that the command says on stderr.</param>
    /// <param name="cancellation">Lets the process stop by itself, and ends it when it takes too long.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    Task<ProcessEnd> RunAsync(ProcessCommand command, Action<string> said, CancellationToken cancellation);
}
