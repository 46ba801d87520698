using System.Buffers;
using System.Buffers.Binary;

namespace Taper.Data.Preparing.Parts;

/// <summary>Values with their counts in a message: 8 bytes of count, 4 of length, and the UTF-8, value after value.</summary>
internal sealed class CountedValues
{
    /// <summary>A message that has so many bytes is full.</summary>
    public const int FullBytes = 1 << 20;

    private const int HeadBytes = sizeof(long) + sizeof(int);

    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>Whether it is to be sent before more is added.</summary>
    public bool IsFull => bytes.WrittenCount >= FullBytes;

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => bytes.WrittenCount == 0;

    /// <summary>Adds a value.</summary>
    public void Add(ReadOnlySpan<byte> utf8, long count)
    {
        Span<byte> head = bytes.GetSpan(HeadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(head, count);
        BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(long)..], utf8.Length);
        bytes.Advance(HeadBytes);
        bytes.Write(utf8);
    }

    /// <summary>The message; what is added from now on begins another.</summary>
    public byte[] Take()
    {
        byte[] message = bytes.WrittenSpan.ToArray();
        bytes.ResetWrittenCount();
        return message;
    }

    /// <summary>Reads the next value of a message.</summary>
    /// <param name="message">The message from where the value begins; moved behind it.</param>
    /// <param name="utf8">The value, within the message.</param>
    /// <param name="count">Its count, 0 or more.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">It is cut short, or no message of this kind.</exception>
    public static bool TryRead(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> utf8, out long count)
    {
        utf8 = default;
        count = 0;
        if (message.IsEmpty)
        {
            return false;
        }

        int length = message.Length < HeadBytes ? 0 : BinaryPrimitives.ReadInt32LittleEndian(message[sizeof(long)..]);
        if (length <= 0 || length > message.Length - HeadBytes || (count = BinaryPrimitives.ReadInt64LittleEndian(message)) < 0)
        {
            throw new FormatException("A message of counted values is damaged.");
        }

        utf8 = message.Slice(HeadBytes, length);
        message = message[(HeadBytes + length)..];
        return true;
    }
}
