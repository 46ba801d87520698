using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Taper.Store.Tests;

/// <summary>A redis-server of the machine's, in a folder of its own, killed at the end.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("taper-redis-");
    private readonly string[] more;
    private Process process = null!;

    private RedisServer(string[] more)
    {
        this.more = more;
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts one; the test is skipped where there is none.</summary>
    public static async Task<RedisServer> StartAsync(params string[] more)
    {
        Assert.SkipUnless(IsInstalled(), "redis-server is not installed: apt-get install redis-server");
        RedisServer server = new(more);
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts it again at the same address, empty.</summary>
    public async Task RunAsync()
    {
        ProcessStartInfo start = new("redis-server", ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--dir", folder.FullName, .. more])
        {
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is string line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended before it was ready.");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static bool IsInstalled() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Any(path => File.Exists(Path.Combine(path, "redis-server")));
}
