using System.Globalization;

namespace Taper.Benchmarks.Serving;

/// <summary>The resident memory of a process, in MB (Linux).</summary>
/// <param name="Resident">All of it.</param>
/// <param name="Private">What is the process's own: not mapped from files.</param>
internal readonly record struct ProcessMemory(double Resident, double Private)
{
    public static ProcessMemory Of(int process)
    {
        Dictionary<string, string> status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new ProcessMemory(Megabytes("VmRSS"), Megabytes("RssAnon"));

        double Megabytes(string name) => double.Parse(status[name].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
