using System.Diagnostics;
using System.Text;

namespace Taper.Benchmarks.Serving;

/// <summary>Several connections that each ask as soon as they have been answered.</summary>
internal static class Load
{
    /// <summary>Asks for a time, and says how long each answer took, in milliseconds.</summary>
    /// <exception cref="InvalidOperationException">A request was not answered 200.</exception>
    public static LoadResult Run(int port, byte[][] requests, int connections, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        List<double>[] times = [.. Enumerable.Range(0, connections).Select(_ => new List<double>(1 << 16))];
        Exception? failure = null;
        Thread[] threads = [.. times.Select((own, number) => new Thread(() =>
        {
            try
            {
                Ask(own, number);
            }
            catch (Exception e)
            {
                failure = e; // told by whoever waits for the threads
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failure is null
            ? new LoadResult([.. times.SelectMany(own => own)], Stopwatch.GetElapsedTime(start).TotalSeconds)
            : throw new InvalidOperationException($"a request failed: {failure.Message}", failure);

        void Ask(List<double> own, int number)
        {
            using KeepAliveConnection connection = new(port);
            for (int i = number; Stopwatch.GetElapsedTime(start) < time; i += connections)
            {
                long sent = Stopwatch.GetTimestamp();
                int status = connection.Exchange(requests[i % requests.Length], out ReadOnlySpan<byte> body);
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                if (status != 200)
                {
                    throw new InvalidOperationException($"{status}: {Encoding.UTF8.GetString(body)}");
                }
            }
        }
    }
}
