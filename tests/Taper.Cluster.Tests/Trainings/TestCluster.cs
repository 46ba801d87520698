using System.Net;
using System.Net.Sockets;

namespace Taper.Cluster.Tests.Trainings;

/// <summary>Silos in this process; the first one keeps the membership and takes part.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<ClusterSilo> _silos = [];

    private TestCluster()
    {
    }

    public ClusterTrainings Trainings => _silos[0].Trainings;

    public ClusterDatasets Datasets => _silos[0].Datasets;

    public static async Task<TestCluster> StartAsync(int silos, long memory)
    {
        int[] ports = FreePorts(2 * silos);
        var address = ClusterAddress.OfFront(ports[0]);
        var cluster = new TestCluster();
        for (int i = 0; i < silos; i++)
        {
            cluster._silos.Add(await ClusterSilo.StartAsync(
                new SiloOptions { Cluster = address, Name = $"silo-{i + 1}", Port = ports[2 * i], GatewayPort = ports[(2 * i) + 1], MemoryLimit = memory },
                CancellationToken.None));
        }

        foreach (ClusterSilo silo in cluster._silos)
        {
            while ((await silo.Trainings.SilosAsync()).Count < silos)
            {
                await Task.Yield();
            }
        }

        return cluster;
    }

    /// <summary>Ends the silo that joined last, with all that it hosts.</summary>
    public async Task LoseOneAsync()
    {
        ClusterSilo last = _silos[^1];
        _silos.Remove(last);
        await last.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterSilo silo in Enumerable.Reverse(_silos))
        {
            await silo.DisposeAsync();
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }
}
