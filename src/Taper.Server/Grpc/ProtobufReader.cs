using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Taper.Server.Protocols;

namespace Taper.Server.Grpc;

/// <summary>
/// Reads the fields of a protobuf message one after another without making objects of them: a message of many small parts
/// takes no more memory than its bytes.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;
    private ReadOnlySpan<byte> left = message;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>How the field is written.</summary>
    public WireType Wire { get; private set; }

    /// <summary>The bytes of a text, of a message or of packed numbers; of a fixed-width number its 4 or 8 bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>A whole number, as it is written.</summary>
    public ulong Varint { get; private set; }

    /// <summary>Goes on to the next field.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="RequestException">400: this is no protobuf message.</exception>
    public bool Next()
    {
        if (left.IsEmpty)
        {
            return false;
        }

        ulong tag = TakeVarint(ref left);
        Field = tag is >= 8 and <= uint.MaxValue ? (int)(tag >> 3) : throw Malformed();
        Wire = (WireType)(tag & 7);
        switch (Wire)
        {
            case WireType.Varint:
                Varint = TakeVarint(ref left);
                break;
            case WireType.Fixed64:
                Bytes = Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Bytes = Take(sizeof(uint));
                break;
            case WireType.Bytes:
                Bytes = Take(TakeVarint(ref left));
                break;
            default:
                throw Malformed();
        }

        return true;
    }

    /// <summary>Whether this is a field of a number that is written as bytes: a text, a message, packed numbers.</summary>
    public readonly bool IsBytes(int field) => Field == field && Wire == WireType.Bytes;

    /// <summary>The field's text.</summary>
    /// <exception cref="RequestException">400: it is not UTF-8.</exception>
    public readonly string Text(string what) => Utf8.IsValid(Bytes)
        ? Encoding.UTF8.GetString(Bytes)
        : throw RequestException.Bad($"{what} is not valid UTF-8.");

    /// <summary>Takes a whole number from packed ones.</summary>
    /// <exception cref="RequestException">400: it ends in the middle of it.</exception>
    public static ulong TakeVarint(ref ReadOnlySpan<byte> packed)
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint && i < packed.Length; i++)
        {
            value |= (ulong)(packed[i] & 0x7f) << (7 * i);
            if (packed[i] < 0x80)
            {
                packed = packed[(i + 1)..];
                return value;
            }
        }

        throw Malformed();
    }

    /// <summary>Takes a number of 4 bytes from packed ones.</summary>
    /// <exception cref="RequestException">400: it ends in the middle of it.</exception>
    public static float TakeSingle(ref ReadOnlySpan<byte> packed)
    {
        float value = packed.Length >= sizeof(float) ? BinaryPrimitives.ReadSingleLittleEndian(packed) : throw Malformed();
        packed = packed[sizeof(float)..];
        return value;
    }

    /// <summary>Takes a number of 8 bytes from packed ones.</summary>
    /// <exception cref="RequestException">400: it ends in the middle of it.</exception>
    public static double TakeDouble(ref ReadOnlySpan<byte> packed)
    {
        double value = packed.Length >= sizeof(double) ? BinaryPrimitives.ReadDoubleLittleEndian(packed) : throw Malformed();
        packed = packed[sizeof(double)..];
        return value;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        ReadOnlySpan<byte> taken = count <= (ulong)left.Length ? left[..(int)count] : throw Malformed();
        left = left[taken.Length..];
        return taken;
    }

    private static RequestException Malformed() => RequestException.Bad("The message is not a protobuf message of this call's type.");
}
