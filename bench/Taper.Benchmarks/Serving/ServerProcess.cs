using System.Diagnostics;
using System.Globalization;

namespace Taper.Benchmarks.Serving;

/// <summary>A server in a process of its own, on a free port of this machine. It says "Serving at URL" on stderr.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Sign = "Serving at http://127.0.0.1:";
    private readonly Process _process;

    private ServerProcess(string[] command)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, command) { RedirectStandardError = true })!;
        List<string> said = [];
        while (_process.StandardError.ReadLine() is { } line)
        {
            said.Add(line);
            int at = line.IndexOf(Sign, StringComparison.Ordinal);
            if (at >= 0)
            {
                Port = int.Parse(line[(at + Sign.Length)..].TrimEnd('/'), CultureInfo.InvariantCulture);
                _ = _process.StandardError.ReadToEndAsync(); // so that it never waits for a reader
                return;
            }
        }

        Dispose();
        throw new InvalidOperationException($"the server did not start:\n{string.Join('\n', said)}");
    }

    public int Port { get; }

    /// <summary>Everything of the process that is in memory (Linux).</summary>
    public ProcessMemory Memory => ProcessMemory.Of(_process.Id);

    /// <summary>Taper.Server as it was built, over a bundle or a folder of models.</summary>
    public static ServerProcess Taper(string path) =>
        new([Path.Combine(AppContext.BaseDirectory, "Taper.Server.dll"), path, "--urls", "http://127.0.0.1:0"]);

    /// <summary>Plain ONNX Runtime behind ASP.NET Core, over the folder of its model.</summary>
    public static ServerProcess Plain(string folder) => new([typeof(ServerProcess).Assembly.Location, PlainOnnxServer.Argument, folder]);

    /// <summary>The folders of a parent folder in which the process has files mapped (Linux).</summary>
    public string[] MappedFolders(string parent) =>
    [
        .. File.ReadLines($"/proc/{_process.Id}/maps")
            .Select(line => line.IndexOf(parent, StringComparison.Ordinal) is var at and >= 0 ? line[(at + parent.Length + 1)..].Split('/')[0] : "")
            .Where(folder => folder.Length > 0).Distinct(),
    ];

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
