using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Taper.EndToEnd.Tests;

/// <summary>The real server over a folder with a trained model, "clicks", for the tests of a class.</summary>
public sealed partial class RunningServer : IAsyncLifetime
{
    private readonly Workspace _workspace = new();
    private Process? _server;
    private Task _log = Task.CompletedTask;

    /// <summary>Where it answers REST.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A folder to work in.</summary>
    public string Folder => _workspace.Folder;

    public async ValueTask InitializeAsync()
    {
        await _workspace.PrepareAsync();
        await _workspace.TrainAsync("run");
        Directory.CreateDirectory(_workspace.At("models", "clicks"));
        (await _workspace.Taper("export", "run", "--out", "models/clicks/1")).Succeeded();
        _server = TaperProcess.Start(Folder, [], "serve", "models", "--urls", "http://127.0.0.1:0");
        Address = await AddressOf(_server, "Serving at");
        _log = _server.StandardError.BaseStream.CopyToAsync(Stream.Null); // what nobody reads would stop it when the pipe is full
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill();
            await _server.WaitForExitAsync();
            await _log;
            _server.Dispose();
        }

        _workspace.Dispose();
    }

    /// <summary>Waits for the line in which a server says where it listens.</summary>
    public static async Task<Uri> AddressOf(Process server, string what)
    {
        while (await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is string line)
        {
            if (line.Contains(what, StringComparison.Ordinal) && Url().Match(line) is { Success: true } match)
            {
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Url();
}
