using System.Buffers.Binary;

namespace Taper.Embeddings.Weights;

/// <summary>Takes little-endian numbers and ranges from the front of bytes that may end too early.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The next bytes.</summary>
    /// <exception cref="FormatException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)rest.Length)
        {
            throw new FormatException($"it is cut short: {count} bytes are expected where {rest.Length} are left");
        }

        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    /// <summary>The bytes before the next line feed, which is taken too.</summary>
    /// <exception cref="FormatException">There is no line feed.</exception>
    public ReadOnlySpan<byte> TakeLine()
    {
        int length = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = length >= 0 ? rest[..length] : throw new FormatException("it is cut short within a line");
        rest = rest[(length + 1)..];
        return line;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
}
