using System.Text;

namespace Taper.Models.Scoring;

/// <summary>A text on its way to a column: short ones are encoded on the stack.</summary>
internal static class Utf8Text
{
    /// <summary>How much of the stack to lend.</summary>
    public const int StackBytes = 256;

    /// <summary>The text's UTF-8, in the scratch memory where it fits; null is empty.</summary>
    public static ReadOnlySpan<byte> Encode(string? text, Span<byte> scratch)
    {
        text ??= "";
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= scratch.Length ? scratch : new byte[most];
        return bytes[..Encoding.UTF8.GetBytes(text, bytes)];
    }
}
