using System.Buffers;
using Google.Protobuf;

namespace Taper.Models.Onnx;

/// <summary>A protobuf message under construction: fields are written in the order of the calls.</summary>
internal sealed class ProtoMessage
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    public ProtoMessage Number(int field, long value) => Write(field, WireFormat.WireType.Varint, o => o.WriteInt64(value));

    public ProtoMessage Text(int field, string value) =>
        Write(field, WireFormat.WireType.LengthDelimited, o => o.WriteString(value));

    public ProtoMessage Bytes(int field, byte[] value) =>
        Write(field, WireFormat.WireType.LengthDelimited, o => o.WriteBytes(UnsafeByteOperations.UnsafeWrap(value)));

    public ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value.ToArray());

    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    private ProtoMessage Write(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
    {
        using MemoryStream piece = new();
        using CodedOutputStream output = new(piece);
        output.WriteTag(field, type);
        value(output);
        output.Flush();
        buffer.Write(piece.GetBuffer().AsSpan(0, (int)piece.Length));
        return this;
    }
}
