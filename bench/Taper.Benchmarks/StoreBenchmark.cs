using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;
using Taper.Models;
using Taper.Models.Scoring;
using Taper.Store;
using Taper.Store.Reading;

namespace Taper.Benchmarks;

/// <summary>
/// The embedding store: bytes of a redis-server's memory for each published row over those of a key for each row, and the
/// time to fetch 512 rows from it, and from the cache. 1,000,000 rows of D = 16 at a budget of a quarter.
/// </summary>
internal static class StoreBenchmark
{
    private const int Rows = 1_000_000;
    private const int BatchSize = 512;
    private const int Rounds = 100;

    public static Figures Run()
    {
        Figures figures = new();
        string folder = Directory.CreateTempSubdirectory("taper-bench-").FullName;
        int port = FreePort();
        using Process redis = Start(port, folder);
        try
        {
            MeasureAsync(figures, $"127.0.0.1:{port}").GetAwaiter().GetResult();
            return figures;
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Figures figures, string address)
    {
        await using StoreConnection connection = await StoreConnection.ConnectAsync(new StoreOptions(address) { Timeout = TimeSpan.FromSeconds(20) });
        await using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        IDatabase database = admin.GetDatabase();
        long empty = await UsedAsync(database);
        foreach (Precision precision in (Precision[])[Precision.Int8, Precision.Fp16, Precision.Fp32])
        {
            using SyntheticBundle synthetic = new(1, Rows, 4, precision, 8);
            using Bundle bundle = Bundle.Open(synthetic.Path);
            long start = Stopwatch.GetTimestamp();
            await new StorePublisher(connection, "bench").PublishAsync(bundle, 0, null, CancellationToken.None);
            figures.Add($"{precision}PublishedRowsASecond", Rows / Stopwatch.GetElapsedTime(start).TotalSeconds, "removing the version before included");
            figures.Add($"{precision}PayloadBytes", (double)bundle.Manifest.Embedding.Bytes / Rows, "a row's own numbers");
            figures.Add($"{precision}BytesARow", (double)(await UsedAsync(database) - empty) / Rows, "of the server's used_memory");
            if (precision == Precision.Fp32)
            {
                await FetchAsync(figures, connection, bundle);
            }
        }

        await new StorePublisher(connection, "bench").CleanAsync(0, CancellationToken.None);
        figures.Add("KeyARowBytes", await KeyARowAsync(database), "of used_memory for a key with 16 bytes for each row: what buckets save");
    }

    private static async Task FetchAsync(Figures figures, StoreConnection connection, Bundle bundle)
    {
        StoredRows cold = await StoredRows.OpenAsync(connection, "bench", bundle, new RowCache(0));
        StoredRows warm = await StoredRows.OpenAsync(connection, "bench", bundle, new RowCache(256 << 20));
        Random random = new(1);
        byte[][][] batches = [.. Enumerable.Range(0, 32).Select(_ => Enumerable.Range(0, BatchSize).Select(_ => Encoding.UTF8.GetBytes($"value{random.Next(Rows)}")).ToArray())];
        FetchedRows coldRows = cold.CreateRows(), warmRows = warm.CreateRows();
        foreach (byte[][] batch in batches)
        {
            Fetch(warm, warmRows, batch);
        }

        double[] times = Timing.Medians(
            Rounds,
            turn => Fetch(cold, coldRows, batches[turn % batches.Length]),
            turn => Fetch(warm, warmRows, batches[turn % batches.Length]));
        figures.Add("FetchMilliseconds", times[0], "512 rows from the store, one round");
        figures.Add("CacheMilliseconds", times[1], "512 rows from the cache");
    }

    private static void Fetch(StoredRows source, FetchedRows rows, byte[][] values)
    {
        rows.Clear();
        foreach (byte[] value in values)
        {
            rows.Tables[0].Want(value);
        }

        source.FetchAsync(rows, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>What Redis takes for a key of 8 bytes with a row of its own, as stores are often laid out.</summary>
    private static async Task<double> KeyARowAsync(IDatabase database)
    {
        long before = await UsedAsync(database);
        byte[] row = new byte[16];
        foreach (int[] some in Enumerable.Range(0, Rows).Chunk(10_000))
        {
            await Task.WhenAll(some.Select(i => database.StringSetAsync(BitConverter.GetBytes((ulong)i * 0x9E3779B97F4A7C15), row)));
        }

        return (double)(await UsedAsync(database) - before) / Rows;
    }

    private static async Task<long> UsedAsync(IDatabase database)
    {
        string info = (string)(await database.ExecuteAsync("INFO", "memory"))!;
        return long.Parse(info.Split("used_memory:")[1].Split('\r')[0], CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private static Process Start(int port, string folder)
    {
        try
        {
            Process process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", folder]) { RedirectStandardOutput = true })!;
            while (process.StandardOutput.ReadLine() is string line && !line.Contains("Ready to accept", StringComparison.Ordinal))
            {
            }

            return process;
        }
        catch (Win32Exception)
        {
            throw new MissingToolException("redis-server is not installed: apt-get install redis-server");
        }
    }
}
