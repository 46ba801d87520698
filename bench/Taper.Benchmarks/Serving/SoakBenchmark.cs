using System.Diagnostics;

namespace Taper.Benchmarks.Serving;

/// <summary>
/// Four connections ask while a new version is dropped in every 20 seconds and a broken one every 60: no request may fail,
/// no answer may mix versions, and the server's memory has to stay what it was.
/// </summary>
internal static class SoakBenchmark
{
    private const int Connections = 4;
    private const int Groups = 64;
    private const int RowsOfGroup = 16;
    private const int VersionSeconds = 20;
    private const int BrokenSeconds = 60;

    public static Figures Run(double minutes)
    {
        string models = Directory.CreateTempSubdirectory("taper-soak-").FullName;
        try
        {
            return Run(models, (int)(60 * minutes));
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    private static Figures Run(string models, int seconds)
    {
        ServedRow[][] rows = Rows();
        SoakVersions versions = new(models, rows);
        versions.Add();
        using ServerProcess server = ServerProcess.Taper(models);
        SoakClient client = new(server.Port, versions, rows);
        using CancellationTokenSource stop = new();
        Thread[] threads = [.. Enumerable.Range(0, Connections).Select(number => new Thread(() => client.Run(number, stop.Token)))];
        Array.ForEach(threads, thread => thread.Start());
        (int whole, int broken) = (1, 0);
        ProcessMemory[] memory = EachSecond(seconds, second =>
        {
            if (second % BrokenSeconds == BrokenSeconds / 2)
            {
                versions.AddBroken();
                broken++;
            }
            else if (second % VersionSeconds == 0 && second < seconds - 5)
            {
                versions.Add();
                whole++;
            }

            return server.Memory;
        });
        stop.Cancel();
        Array.ForEach(threads, thread => thread.Join());
        Figures figures = new();
        TellRequests(figures, client, seconds);
        figures.Add("versionsDropped", whole, "of which every one has to answer");
        figures.Add("versionsAnswered", client.Versions.Count, "");
        figures.Add("brokenDropped", broken, "none of which may answer");
        TellMemory(figures, memory);
        figures.Add("mappedVersions", server.MappedFolders(Path.Combine(models, SoakVersions.Model)).Length, "versions whose files the server has mapped at the end");
        return figures;
    }

    private static ServedRow[][] Rows()
    {
        using ServedModel shape = new(SoakVersions.Values, 0, 0);
        RowSource rows = new(shape.Counts);
        return [.. Enumerable.Range(0, Groups).Select(_ =>
        {
            ServedRow first = rows.Next();
            return Enumerable.Range(0, RowsOfGroup).Select(_ => rows.Next() with { UserId = first.UserId }).ToArray();
        })];
    }

    private static T[] EachSecond<T>(int seconds, Func<int, T> work)
    {
        var seen = new T[seconds];
        long start = Stopwatch.GetTimestamp();
        using ManualResetEventSlim never = new();
        for (int second = 1; second <= seconds; second++)
        {
            TimeSpan left = TimeSpan.FromSeconds(second) - Stopwatch.GetElapsedTime(start);
            never.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            seen[second - 1] = work(second);
        }

        return seen;
    }

    private static void TellRequests(Figures figures, SoakClient client, int seconds)
    {
        double[] times = [.. client.Milliseconds];
        figures.Add("requests", times.Length, "of 16 rows each: predict, rank and infer");
        figures.Add("requestsPerSecond", (double)times.Length / seconds, "");
        figures.Add("failedRequests", client.Failed.Count, $"0 is the aim. {client.Failed.FirstOrDefault()}");
        figures.Add("mixedAnswers", client.Mixed.Count, $"0 is the aim. {client.Mixed.FirstOrDefault()}");
        figures.Add("p50", Timing.Percentile(times, 0.5), "milliseconds a request");
        figures.Add("p99", Timing.Percentile(times, 0.99), "");
        figures.Add("p999", Timing.Percentile(times, 0.999), "");
    }

    private static void TellMemory(Figures figures, ProcessMemory[] memory)
    {
        int warmUp = Math.Min(30, memory.Length / 10), window = Math.Min(60, memory.Length / 3);
        foreach ((string name, Func<ProcessMemory, double> part) in new (string, Func<ProcessMemory, double>)[] { ("resident", m => m.Resident), ("private", m => m.Private) })
        {
            double[] values = [.. memory.Select(part)];
            figures.Add($"{name}FirstMB", Timing.Percentile(values[warmUp..(warmUp + window)], 0.5), "median of the first minute after the warm-up");
            figures.Add($"{name}LastMB", Timing.Percentile(values[^window..], 0.5), "median of the last minute");
            figures.Add($"{name}MostMB", values[warmUp..].Max(), "");
        }
    }
}
