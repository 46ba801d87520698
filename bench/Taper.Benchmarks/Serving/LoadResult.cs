namespace Taper.Benchmarks.Serving;

/// <summary>What a time of load brought.</summary>
/// <param name="Milliseconds">How long each answer took.</param>
/// <param name="Seconds">How long all of it took.</param>
internal sealed record LoadResult(double[] Milliseconds, double Seconds)
{
    public double PerSecond => Milliseconds.Length / Seconds;
}
