using System.Globalization;

namespace Taper.Cli.Terminal;

/// <summary>Says every few seconds how many rows are done.</summary>
internal sealed class RowProgress(Shell shell, string done) : IProgress<long>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private long _last = TimeProvider.System.GetTimestamp();

    public void Report(long value)
    {
        if (TimeProvider.System.GetElapsedTime(_last) >= Interval)
        {
            _last = TimeProvider.System.GetTimestamp();
            shell.Say(string.Create(CultureInfo.InvariantCulture, $"{value:#,0} rows {done}"));
        }
    }
}
