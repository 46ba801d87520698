namespace Taper.Server.Grpc;

/// <summary>How protobuf writes a field.</summary>
internal enum WireType
{
    /// <summary>A whole number, 7 bits a byte.</summary>
    Varint = 0,

    /// <summary>8 bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length and so many bytes.</summary>
    Bytes = 2,

    /// <summary>4 bytes.</summary>
    Fixed32 = 5,
}
