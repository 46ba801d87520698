using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;

namespace Taper.Store.Tests;

/// <summary>A server of the Redis protocol, of the kind that a test asks for.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly IAsyncDisposable? redis;
    private readonly GarnetServer? garnet;

    private Backend(string address, IAsyncDisposable? redis, GarnetServer? garnet)
    {
        Address = address;
        this.redis = redis;
        this.garnet = garnet;
    }

    public string Address { get; }

    public static TheoryData<string> Kinds => ["redis", "cluster", "garnet"];

    public static async Task<Backend> StartAsync(string kind)
    {
        if (kind == "garnet")
        {
            return StartGarnet();
        }

        RedisServer server = kind == "cluster" ? await StartClusterAsync() : await RedisServer.StartAsync();
        return new Backend(server.Address, server, null);
    }

    public Task<StoreConnection> ConnectAsync() => StoreConnection.ConnectAsync(Options(Address));

    /// <summary>With time enough for a busy machine.</summary>
    public static StoreOptions Options(string address) => new(address) { Timeout = TimeSpan.FromSeconds(20) };

    public async ValueTask DisposeAsync()
    {
        garnet?.Dispose();
        if (redis is not null)
        {
            await redis.DisposeAsync();
        }
    }

    /// <summary>A cluster of one node that has all slots.</summary>
    private static async Task<RedisServer> StartClusterAsync()
    {
        RedisServer server = await RedisServer.StartAsync("--cluster-enabled", "yes");
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{server.Address},allowAdmin=true");
        IServer node = connection.GetServer(server.Address);
        await node.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        while (!((string?)await node.ExecuteAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        return server;
    }

    private static Backend StartGarnet()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        GarnetServer server = new(["--port", $"{port}", "--bind", "127.0.0.1", "--memory", "64m", "--page", "1m", "--segment", "16m", "--index", "1m"]);
        server.Start();
        return new Backend($"127.0.0.1:{port}", null, server);
    }
}
