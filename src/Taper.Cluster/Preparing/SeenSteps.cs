using Taper.Data;

namespace Taper.Cluster.Preparing;

/// <summary>Passes on how preparing goes on, and remembers when it last did.</summary>
internal sealed class SeenSteps(IProgress<PreparingProgress>? progress, TimeProvider clock) : IProgress<PreparingProgress>
{
    private long _read = clock.GetTimestamp();
    private int _total = 1;

    /// <summary>Time since all files were read, or since the beginning.</summary>
    public TimeSpan SinceRead => clock.GetElapsedTime(_read);

    public void Report(PreparingProgress value)
    {
        _total = value.Total;
        _read = value.Done > 0 ? clock.GetTimestamp() : _read;
        progress?.Report(value);
    }

    /// <summary>Tells that a part was lost.</summary>
    public void BeginAnew(string reason) => progress?.Report(new PreparingProgress($"a part was lost ({reason}); beginning anew", 0, _total));
}
