using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Taper.Embeddings.Storage;

/// <summary>
/// Streams a safetensors file: the tensors are declared first, then their payloads are written in the declared order,
/// in pieces of any size, so that files above 2 GiB need no memory. Any safetensors reader can open the result.
/// The payload of the first tensor starts at a multiple of 64 bytes; declare wide element types before narrow ones
/// to keep every tensor aligned. Not thread safe. Call <see cref="Complete"/> at the end.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int Alignment = 64;
    private const int ChunkBytes = 1 << 24;

    private readonly Stream stream;
    private readonly long expected;
    private long written;

    /// <summary>Writes the header. The stream stays the caller's.</summary>
    /// <param name="stream">A writable stream at the position where the file begins.</param>
    /// <param name="tensors">The tensors, in the order their payloads will follow.</param>
    /// <param name="metadata">Free text pairs for the header's <c>__metadata__</c>; null for none.</param>
    /// <exception cref="ArgumentException">A name appears twice or is reserved.</exception>
    public SafetensorsWriter(
        Stream stream,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        this.stream = stream;
        byte[] header = Header(tensors, metadata, out expected);
        int padded = ((sizeof(ulong) + header.Length + Alignment - 1) / Alignment * Alignment) - sizeof(ulong);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        Span<byte> blanks = stackalloc byte[Alignment];
        blanks.Fill((byte)' ');
        stream.Write(blanks[..(padded - header.Length)]);
    }

    /// <summary>Writes the next bytes of the payload, across tensor borders if need be.</summary>
    /// <exception cref="InvalidOperationException">More bytes are written than were declared.</exception>
    public void Write(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > expected - written)
        {
            throw new InvalidOperationException($"The tensors declare {expected} bytes; more were written.");
        }

        stream.Write(payload);
        written += payload.Length;
    }

    /// <summary>Writes the next elements of the payload, little-endian as in memory.</summary>
    /// <exception cref="InvalidOperationException">More bytes are written than were declared.</exception>
    public void Write<T>(ReadOnlySpan<T> payload)
        where T : unmanaged
    {
        int most = Math.Max(1, ChunkBytes / Marshal.SizeOf<T>());
        while (!payload.IsEmpty)
        {
            ReadOnlySpan<T> piece = payload[..Math.Min(most, payload.Length)];
            Write(MemoryMarshal.AsBytes(piece));
            payload = payload[piece.Length..];
        }
    }

    /// <summary>Writes the next bytes of the payload from memory of any size.</summary>
    /// <exception cref="InvalidOperationException">More bytes are written than were declared.</exception>
    public unsafe void Write(void* payload, nint byteLength)
    {
        byte* next = (byte*)payload;
        for (nint left = byteLength; left > 0;)
        {
            int piece = (int)nint.Min(left, ChunkBytes);
            Write(new ReadOnlySpan<byte>(next, piece));
            next += piece;
            left -= piece;
        }
    }

    /// <summary>Checks that every declared byte was written and flushes the stream.</summary>
    /// <exception cref="InvalidOperationException">Fewer bytes were written than declared.</exception>
    public void Complete()
    {
        if (written != expected)
        {
            throw new InvalidOperationException($"The tensors declare {expected} bytes; {written} were written.");
        }

        stream.Flush();
    }

    private static byte[] Header(
        IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata, out long end)
    {
        using MemoryStream buffer = new();
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        HashSet<string> names = new(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
        end = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"The tensor name '{tensor.Name}' is reserved or declared twice.", nameof(tensors));
            }

            end = WriteEntry(json, tensor, end);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.ToArray();
    }

    private static long WriteEntry(Utf8JsonWriter json, SafetensorsTensor tensor, long begin)
    {
        long end = checked(begin + tensor.ByteLength);
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", SafetensorsDtypes.NameOf(tensor.Dtype));
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
