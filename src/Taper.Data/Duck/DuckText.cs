using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Taper.Data.Duck;

/// <summary>
/// A text as DuckDB holds it: 4 bytes of length, then up to 12 bytes of UTF-8 filled up with zeros, or 4 bytes of it and
/// a pointer to all. Ordered by its bytes, as DuckDB orders text. A longer text lives only as long as what it points to.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct DuckText : IEquatable<DuckText>, IComparable<DuckText>
{
    /// <summary>A text of up to so many bytes is held by the struct itself.</summary>
    public const int InlineBytes = 12;

    private readonly int length;
    private readonly uint prefix;
    private readonly ulong rest;

    /// <summary>A text that lies at <paramref name="utf8"/>; up to 12 bytes are copied.</summary>
    public DuckText(byte* utf8, int length)
    {
        this.length = length;
        if (length > InlineBytes)
        {
            prefix = Unsafe.ReadUnaligned<uint>(utf8);
            rest = (ulong)utf8;
            return;
        }

        Span<byte> inline = stackalloc byte[InlineBytes];
        inline.Clear();
        new ReadOnlySpan<byte>(utf8, length).CopyTo(inline);
        prefix = MemoryMarshal.Read<uint>(inline);
        rest = MemoryMarshal.Read<ulong>(inline[sizeof(uint)..]);
    }

    /// <summary>The bytes of its UTF-8.</summary>
    public int Length => length;

    /// <summary>Whether it holds its text itself.</summary>
    public bool IsInline => length <= InlineBytes;

    /// <summary>Its UTF-8; valid as long as the struct stays where it is.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Utf8 => IsInline
        ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<uint, byte>(ref Unsafe.AsRef(in prefix)), length)
        : new ReadOnlySpan<byte>((byte*)rest, length);

    public bool Equals(DuckText other) =>
        length == other.length && prefix == other.prefix && (rest == other.rest || (!IsInline && Utf8.SequenceEqual(other.Utf8)));

    public override bool Equals(object? obj) => obj is DuckText other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(length, prefix);

    public int CompareTo(DuckText other)
    {
        if (prefix != other.prefix)
        {
            return BigEndian(prefix).CompareTo(BigEndian(other.prefix));
        }

        if (!IsInline || !other.IsInline)
        {
            return Utf8.SequenceCompareTo(other.Utf8);
        }

        int order = BigEndian(rest).CompareTo(BigEndian(other.rest));
        return order != 0 ? order : length.CompareTo(other.length); // only texts that end in zeros
    }

    private static uint BigEndian(uint bytes) => BinaryPrimitives.ReverseEndianness(bytes);

    private static ulong BigEndian(ulong bytes) => BinaryPrimitives.ReverseEndianness(bytes);
}
