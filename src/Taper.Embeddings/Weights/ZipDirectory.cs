using System.Text;

namespace Taper.Embeddings.Weights;

/// <summary>
/// The central directory of a zip archive, also of a large one (zip64), with where each stored record lies in the file:
/// System.IO.Compression does not tell, and only then can a record be mapped.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint LargeEndSignature = 0x06064b50;
    private const uint LargeLocatorSignature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndBytes = 22;
    private const int LargeLocatorBytes = 20;
    private const int LargeEndBytes = 56;
    private const int LocalBytes = 30;
    private const int MostDirectoryBytes = 1 << 26;
    private const ushort EncryptedFlag = 1;
    private const ushort LargeExtra = 1;

    private readonly MappedFile file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(MappedFile file) => this.file = file;

    /// <summary>The names of the records.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Reads the directory.</summary>
    /// <exception cref="FormatException">It is not there, damaged, or names a record twice.</exception>
    public static ZipDirectory Read(MappedFile file)
    {
        ZipDirectory directory = new(file);
        (ulong count, ulong length, ulong start) = Extent(file);
        if (length > MostDirectoryBytes)
        {
            throw new FormatException($"its zip directory takes {length} bytes, where at most {MostDirectoryBytes} are read");
        }

        ByteReader reader = new(file.Bytes(start, (int)length));
        for (ulong i = 0; i < count; i++)
        {
            directory.Add(ref reader);
        }

        return directory;
    }

    /// <summary>Where the record of that name lies.</summary>
    /// <exception cref="FormatException">There is none, it is compressed or encrypted, or it reaches outside the file.</exception>
    public ZipRecord Record(string name)
    {
        if (!entries.TryGetValue(name, out Entry? entry))
        {
            throw new FormatException($"its record {Quoted.Of(name)} is missing");
        }

        if (entry.Method != 0 || entry.Packed != entry.Length || (entry.Flags & EncryptedFlag) != 0)
        {
            throw new FormatException($"its record {Quoted.Of(name)} is compressed or encrypted, which torch.save does not do");
        }

        ByteReader local = new(file.Bytes(entry.LocalStart, LocalBytes));
        if (local.UInt32() != LocalSignature)
        {
            throw new FormatException($"its record {Quoted.Of(name)} does not lie where the zip directory says");
        }

        _ = local.Take(22);
        ulong start = entry.LocalStart + LocalBytes + local.UInt16() + local.UInt16();
        unsafe
        {
            _ = file.At(start, entry.Length);
        }

        return new ZipRecord(start, entry.Length);
    }

    private static (ulong Count, ulong Length, ulong Start) Extent(MappedFile file)
    {
        ulong end = FindEnd(file);
        ByteReader reader = new(file.Bytes(end, EndBytes));
        _ = reader.Take(10);
        (ushort count, uint length, uint start) = (reader.UInt16(), reader.UInt32(), reader.UInt32());
        if (count != ushort.MaxValue && length != uint.MaxValue && start != uint.MaxValue)
        {
            return (count, length, start);
        }

        ByteReader locator = new(file.Bytes(end - LargeLocatorBytes, LargeLocatorBytes));
        if (locator.UInt32() != LargeLocatorSignature)
        {
            return (count, length, start);
        }

        _ = locator.UInt32();
        ByteReader large = new(file.Bytes(locator.UInt64(), LargeEndBytes));
        if (large.UInt32() != LargeEndSignature)
        {
            throw new FormatException("its zip directory is damaged");
        }

        _ = large.Take(28);
        return (large.UInt64(), large.UInt64(), large.UInt64());
    }

    /// <summary>The end of the directory is the file's, but for a comment.</summary>
    private static ulong FindEnd(MappedFile file)
    {
        int window = (int)ulong.Min(file.Length, EndBytes + ushort.MaxValue);
        ulong start = file.Length - (ulong)window;
        ReadOnlySpan<byte> tail = file.Bytes(start, window);
        for (int at = window - EndBytes; at >= 0; at--)
        {
            if (new ByteReader(tail[at..]).UInt32() == EndSignature)
            {
                return start + (ulong)at;
            }
        }

        throw new FormatException("it has no zip directory at its end, as when a copy was cut short");
    }

    private void Add(ref ByteReader reader)
    {
        if (reader.UInt32() != EntrySignature)
        {
            throw new FormatException("its zip directory is damaged");
        }

        _ = reader.UInt32();
        (ushort flags, ushort method) = (reader.UInt16(), reader.UInt16());
        _ = reader.UInt64();
        (ulong packed, ulong length) = (reader.UInt32(), reader.UInt32());
        (ushort nameBytes, ushort extraBytes, ushort commentBytes) = (reader.UInt16(), reader.UInt16(), reader.UInt16());
        _ = reader.UInt64();
        ulong localStart = reader.UInt32();
        string name = Encoding.UTF8.GetString(reader.Take(nameBytes));
        ByteReader large = FindLarge(new ByteReader(reader.Take(extraBytes)), extraBytes);
        length = length == uint.MaxValue ? large.UInt64() : length;
        packed = packed == uint.MaxValue ? large.UInt64() : packed;
        localStart = localStart == uint.MaxValue ? large.UInt64() : localStart;
        _ = reader.Take(commentBytes);
        if (!entries.TryAdd(name, new Entry(flags, method, packed, length, localStart)))
        {
            throw new FormatException($"its record {Quoted.Of(name)} is there twice");
        }
    }

    /// <summary>The 64-bit numbers of a record too large for 32 bits; empty when it has none.</summary>
    private static ByteReader FindLarge(ByteReader extra, int left)
    {
        while (left >= 2 * sizeof(ushort))
        {
            (ushort kind, ushort length) = (extra.UInt16(), extra.UInt16());
            ReadOnlySpan<byte> field = extra.Take(length);
            if (kind == LargeExtra)
            {
                return new ByteReader(field);
            }

            left -= (2 * sizeof(ushort)) + length;
        }

        return new ByteReader([]);
    }

    private sealed record Entry(ushort Flags, ushort Method, ulong Packed, ulong Length, ulong LocalStart);
}
