using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Taper.Data.Columns;

/// <summary>
/// The head of an .npy file in C order, version 1.0
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Always 128 bytes, so that the payload is
/// aligned and the count can be filled in after it is written.
/// </summary>
internal static partial class NpyHeader
{
    /// <summary>Where the payload starts.</summary>
    public const int Bytes = 128;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, Bytes - 10, 0];

    /// <summary>The head of a file.</summary>
    /// <param name="descriptor">See <see cref="DescriptorOf"/>.</param>
    /// <param name="shape">The dimensions, row-major: one or two.</param>
    public static byte[] Of(string descriptor, params IReadOnlyList<long> shape)
    {
        byte[] header = new byte[Bytes];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")}), }}"),
            header.AsSpan(Magic.Length));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>Reads a head of one dimension written by <see cref="Of"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out string descriptor, out long count)
    {
        (descriptor, count) = ("", 0);
        if (header.Length < Bytes || !header.StartsWith(Magic))
        {
            return false;
        }

        Match match = Dictionary().Match(Encoding.ASCII.GetString(header[Magic.Length..Bytes]));
        descriptor = match.Groups[1].Value;
        return match.Success && long.TryParse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    /// <summary>The dtype of an element type: little-endian, as every supported machine is.</summary>
    public static string DescriptorOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(byte) ? "|u1"
        : typeof(T) == typeof(int) ? "<i4"
        : typeof(T) == typeof(float) ? "<f4"
        : throw new NotSupportedException($"{typeof(T)} has no .npy type here.");

    [GeneratedRegex(@"^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \((\d+),\), \} *\n$")]
    private static partial Regex Dictionary();
}
