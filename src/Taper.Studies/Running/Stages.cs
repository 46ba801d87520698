using System.Text.Json;
using Taper.Embeddings.Storage;

namespace Taper.Studies.Running;

/// <summary>Runs commands one after another in a folder: logs what they say and turns a bad end into an exception.</summary>
internal sealed class Stages(ITaperProcess taper, TimeProvider clock)
{
    private const string ErrorMark = "error: ";
    private const int LongestError = 300;

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);

    /// <summary>Runs a command and gives the JSON that it prints.</summary>
    /// <param name="log">The log, which is appended to.</param>
    /// <param name="lockFile">Held by the process; waited for, as one of a killed study may still be saving itself.</param>
    /// <param name="arguments">The command; <c>--json</c> is added.</param>
    /// <param name="said">Hears each line.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="StageException">The command failed.</exception>
    public async Task<JsonElement> RunAsync(
        string log, string lockFile, IReadOnlyList<string> arguments, Action<string> said, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await FreeAsync(lockFile, cancellation).ConfigureAwait(false);
        string? error = null, last = null;
        StreamWriter text = new(log, append: true) { AutoFlush = true };
        await using (text.ConfigureAwait(false))
        {
            await text.WriteLineAsync($"$ taper {string.Join(' ', arguments)}").ConfigureAwait(false);
            ProcessEnd end = await taper.RunAsync(
                new ProcessCommand([.. arguments, "--json", "--no-progress"], lockFile),
                line =>
                {
                    text.WriteLine(line);
                    last = line;
                    error = line.StartsWith(ErrorMark, StringComparison.Ordinal) ? line[ErrorMark.Length..] : error;
                    said(line);
                },
                cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested(); // a signal to the whole group reaches the process first
            return end.ExitCode == 0
                ? JsonDocument.Parse(end.Output).RootElement
                : throw new StageException($"taper {arguments[0]} ended with exit code {end.ExitCode}: {Short(error ?? last ?? "it said nothing")}", log);
        }
    }

    /// <summary>The log has the whole line.</summary>
    private static string Short(string error) => error.Length <= LongestError ? error : error[..LongestError] + "…";

    private async Task FreeAsync(string lockFile, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            using IDisposable? free = RunFiles.TryLock(lockFile);
            if (free is not null)
            {
                return;
            }

            if (clock.GetElapsedTime(start) > LockPatience)
            {
                throw new ArtifactException($"{lockFile}: another process works here and does not stop; end it and start again.");
            }

            await Task.Delay(LockInterval, clock, cancellation).ConfigureAwait(false);
        }
    }
}
