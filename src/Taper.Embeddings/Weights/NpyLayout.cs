using System.Text;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>
/// What the head of an .npy file says (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions
/// 1 to 3, checked against the length of the file.
/// </summary>
/// <param name="Dtype">The element type, little-endian.</param>
/// <param name="Shape">The dimensions, row-major.</param>
/// <param name="Start">The byte at which the elements start.</param>
internal sealed record NpyLayout(SafetensorsDtype Dtype, IReadOnlyList<long> Shape, ulong Start)
{
    private const int MostHeaderBytes = 1 << 16;

    /// <summary>Then come the two bytes of the version.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks the head.</summary>
    /// <exception cref="FormatException">It is not in C order, of another type, or does not fit the file.</exception>
    public static NpyLayout Read(MappedFile file)
    {
        byte version = file.Bytes((ulong)Magic.Length, 1)[0];
        ulong lengthAt = (ulong)Magic.Length + 2;
        int lengthBytes = version == 1 ? sizeof(ushort) : sizeof(uint);
        ByteReader reader = new(file.Bytes(lengthAt, lengthBytes));
        uint length = version switch
        {
            1 => reader.UInt16(),
            2 or 3 => reader.UInt32(),
            _ => throw new FormatException($"its version is {version}, 1 to 3 are read"),
        };
        ulong start = lengthAt + (ulong)lengthBytes + length;
        if (length > MostHeaderBytes)
        {
            throw new FormatException($"it declares a header of {length} bytes, where at most {MostHeaderBytes} are read");
        }

        NpyHeaderText header = NpyHeaderText.Parse(Encoding.Latin1.GetString(file.Bytes(start - length, (int)length)));
        if (header.IsFortranOrder)
        {
            throw new FormatException("it is in Fortran order");
        }

        NpyLayout layout = new(DtypeOf(header.Descriptor), header.Shape, start);
        Check(layout, file.Length - start);
        return layout;
    }

    private static SafetensorsDtype DtypeOf(string descriptor) => descriptor.TrimStart('<', '=', '|') switch
    {
        "f2" => SafetensorsDtype.F16,
        "f4" => SafetensorsDtype.F32,
        "f8" => SafetensorsDtype.F64,
        "i1" => SafetensorsDtype.I8,
        "i2" => SafetensorsDtype.I16,
        "i4" => SafetensorsDtype.I32,
        "i8" => SafetensorsDtype.I64,
        "u1" => SafetensorsDtype.U8,
        "u2" => SafetensorsDtype.U16,
        "u4" => SafetensorsDtype.U32,
        "u8" => SafetensorsDtype.U64,
        "b1" => SafetensorsDtype.Bool,
        _ => throw new FormatException($"its elements are of type {Quoted.Of(descriptor)}, where '<f4', '<f8' or '<f2' is read"),
    };

    private static void Check(NpyLayout layout, ulong bytes)
    {
        UInt128 needed = (UInt128)StridedShape.Count(layout.Shape) * (UInt128)SafetensorsDtypes.Width(layout.Dtype);
        if (needed != bytes)
        {
            throw new FormatException($"its elements need {needed} bytes, the file holds {bytes}");
        }
    }
}
