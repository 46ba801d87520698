using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Studies;

namespace Taper.Cli.Cluster;

/// <summary>
/// Silos as processes of this machine. This process keeps their membership and takes no part in the training; it starts a silo
/// that ends again, and takes all of them along when it ends.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly ClusterSilo _front;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _locks = Directory.CreateTempSubdirectory("taper-cluster-").FullName;
    private readonly List<Task> _silos = [];

    private LocalCluster(ClusterSilo front) => _front = front;

    /// <summary>What is trained on it.</summary>
    public ClusterTrainings Trainings => _front.Trainings;

    /// <summary>Done, with the reason, when this process cannot go on: the silos gave it up.</summary>
    public Task<string> Ended => _front.Ended;

    /// <summary>Starts so many silos and waits until they have joined.</summary>
    public static async Task<LocalCluster> StartAsync(int silos, string? memory, Shell shell, CancellationToken cancellation)
    {
        int[] ports = FreePorts(2 + (2 * silos));
        var address = ClusterAddress.OfFront(ports[0]);
        ClusterSilo front = await ClusterSilo.StartAsync(
            new SiloOptions { Cluster = address, Name = "local", Port = ports[0], GatewayPort = ports[1], IsFront = true }, cancellation).ConfigureAwait(false);
        var cluster = new LocalCluster(front);
        try
        {
            for (int i = 1; i <= silos; i++)
            {
                string[] arguments =
                [
                    "cluster", "silo", "--cluster", address.ToString(), "--name", $"silo-{i}", "--port", Text(ports[2 * i]), "--gateway-port", Text(ports[(2 * i) + 1]),
                    "-q", .. memory is null ? Array.Empty<string>() : ["--memory", memory],
                ];
                cluster._silos.Add(cluster.KeepUpAsync($"silo-{i}", arguments, shell));
            }

            while ((await cluster.Trainings.SilosAsync(cancellation).ConfigureAwait(false)).Count < silos)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_silos).ConfigureAwait(false);
        await _front.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        Directory.Delete(_locks, recursive: true);
    }

    /// <summary>Runs a silo, and starts it again whenever it ends.</summary>
    private async Task KeepUpAsync(string name, string[] arguments, Shell shell)
    {
        var process = new TaperProcess(ThisProgram.Command, TimeProvider.System);
        var command = new ProcessCommand(arguments, Path.Combine(_locks, name));
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                ProcessEnd end = await process.RunAsync(command, line => shell.Detail($"{name}: {line}"), _stop.Token).ConfigureAwait(false);
                shell.Say($"{name} ended with exit code {end.ExitCode}; it is started again.");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ports that nobody listens on now, all different.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
