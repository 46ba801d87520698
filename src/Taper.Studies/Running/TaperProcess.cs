using System.Diagnostics;

namespace Taper.Studies;

/// <summary>
/// Runs commands of the taper program. A process is tied to this one by its stdin, which ends when this one stops it or dies:
/// then it saves itself and stops, and so no run goes on unseen.
/// </summary>
/// <param name="program">The program, and the arguments that come before a command's.</param>
/// <param name="clock">Tells when a process took too long to stop.</param>
public sealed class TaperProcess(IReadOnlyList<string> program, TimeProvider clock) : ITaperProcess
{
    /// <summary>Names a lock file to the process: it holds that file, and stops when its stdin ends.</summary>
    public const string TetherVariable = "TAPER_TETHER";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // a checkpoint of a large table takes its time

    /// <inheritdoc/>
    public async Task<ProcessEnd> RunAsync(ProcessCommand command, Action<string> said, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(said);
        cancellation.ThrowIfCancellationRequested();
        using Process process = Start(command);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                said(line.Data);
            }
        };
        process.BeginErrorReadLine();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process).ConfigureAwait(false);
            throw;
        }

        return new ProcessEnd(process.ExitCode, await output.ConfigureAwait(false));
    }

    private Process Start(ProcessCommand command)
    {
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), .. command.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[TetherVariable] = command.LockFile;
        return Process.Start(start)!;
    }

    private async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        using var tooLong = new CancellationTokenSource(Patience, clock);
        try
        {
            await process.WaitForExitAsync(tooLong.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
