using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace Taper.Embeddings.Features;

/// <summary>The 64-bit key that a feature value is looked up by: XXH3 of its UTF-8 text.</summary>
public static class FeatureKey
{
    private const int StackBytes = 256;

    /// <summary>The key of a value given as UTF-8; the same on every machine.</summary>
    /// <param name="utf8">The value's text; empty is allowed.</param>
    /// <param name="seed">The seed; another one is tried when two values of a vocabulary share a key.</param>
    public static ulong Hash(ReadOnlySpan<byte> utf8, long seed = 0) => XxHash3.HashToUInt64(utf8, seed);

    /// <summary>The key of a value given as text: that of its UTF-8 bytes.</summary>
    /// <param name="value">The value's text; empty is allowed.</param>
    /// <param name="seed">See <see cref="Hash(ReadOnlySpan{byte}, long)"/>.</param>
    public static ulong Hash(string value, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(value);
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= StackBytes)
        {
            Span<byte> bytes = stackalloc byte[StackBytes];
            return Hash(bytes[..Encoding.UTF8.GetBytes(value, bytes)], seed);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return Hash(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)), seed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
