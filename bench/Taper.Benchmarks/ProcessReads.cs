using System.Globalization;

namespace Taper.Benchmarks;

/// <summary>What this process had the kernel read from disks so far (Linux).</summary>
internal readonly record struct ProcessReads(long Bytes, long MajorFaults)
{
    public static ProcessReads Now()
    {
        string bytes = File.ReadLines("/proc/self/io").First(line => line.StartsWith("read_bytes", StringComparison.Ordinal));
        string[] stat = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        return new ProcessReads(Number(bytes.Split(' ')[1]), Number(stat[9])); // majflt, the 12th of proc(5)
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
