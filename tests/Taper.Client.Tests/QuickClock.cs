namespace Taper.Client.Tests;

/// <summary>A clock whose timers ring at once; it keeps how long they were to wait.</summary>
internal sealed class QuickClock : TimeProvider
{
    public List<double> Waited { get; } = [];

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waited.Add(dueTime.TotalSeconds);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
