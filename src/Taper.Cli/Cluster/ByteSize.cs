using System.Globalization;
using Taper.Cli.Terminal;

namespace Taper.Cli.Cluster;

/// <summary>Sizes of memory as people type them.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1)];

    /// <summary>As in <c>512MiB</c> or <c>1.5 GiB</c>.</summary>
    public static long Parse(string text)
    {
        foreach ((string unit, long bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                && count * bytes is >= 1 and < long.MaxValue)
            {
                return (long)(count * bytes);
            }
        }

        throw new UsageException($"--memory: '{text}' is no size; write one as 512MiB or 64GiB.");
    }
}
