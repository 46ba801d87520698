using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Taper.EndToEnd.Tests;

/// <summary>A taper command that goes on while a test listens to what it says on stderr; killed at the end.</summary>
internal sealed class TalkingProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _heard = [];
    private readonly Task<string> _output;
    private readonly Task _listening;

    private TalkingProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _listening = ListenAsync();
    }

    /// <summary>Starts it.</summary>
    public static TalkingProcess Start(string folder, params string[] arguments) => new(TaperProcess.Start(folder, [], arguments));

    /// <summary>Waits for a line that holds the text; fails where the process ends without one.</summary>
    public async Task<string> HearAsync(string text)
    {
        await foreach (string line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without saying '{text}':\n{string.Join('\n', _heard)}");
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name) => Signals.Send(name, _process);

    /// <summary>Sends a signal to the process that it has started with an argument.</summary>
    public void SignalChild(string name, string argument)
    {
        using var child = Process.GetProcessById(Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Single(id => id > 0 && IsChild(id) && File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains(argument)));
        Signals.Send(name, child);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<Outcome> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _listening;
        return new Outcome(_process.ExitCode, await _output, string.Concat(_heard.Select(line => line + "\n")));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _listening;
        _process.Dispose();
    }

    private bool IsChild(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat"); // ID (NAME) STATE PARENT ...
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == _process.Id.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // it has just ended
        }
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _heard.Add(line);
            await _lines.Writer.WriteAsync(line);
        }

        _lines.Writer.Complete();
    }
}
