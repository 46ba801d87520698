namespace Taper.Embeddings.Storage;

/// <summary>What the dtypes are called in a header, how wide they are, and which .NET type holds them.</summary>
internal static class SafetensorsDtypes
{
    public static int Width(SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.Bool or SafetensorsDtype.U8 or SafetensorsDtype.I8 => 1,
        SafetensorsDtype.U16 or SafetensorsDtype.I16 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 => 2,
        SafetensorsDtype.U32 or SafetensorsDtype.I32 or SafetensorsDtype.F32 => 4,
        _ => 8,
    };

    public static string NameOf(SafetensorsDtype dtype) => dtype == SafetensorsDtype.Bool ? "BOOL" : dtype.ToString();

    public static bool TryParse(string? name, out SafetensorsDtype dtype)
    {
        foreach (SafetensorsDtype candidate in Enum.GetValues<SafetensorsDtype>())
        {
            if (string.Equals(NameOf(candidate), name, StringComparison.Ordinal))
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }

    /// <summary>Whether elements of <paramref name="dtype"/> may be read as <paramref name="type"/>.</summary>
    public static bool Holds(SafetensorsDtype dtype, Type type) => dtype switch
    {
        SafetensorsDtype.Bool => type == typeof(bool) || type == typeof(byte),
        SafetensorsDtype.U8 => type == typeof(byte),
        SafetensorsDtype.I8 => type == typeof(sbyte),
        SafetensorsDtype.U16 => type == typeof(ushort),
        SafetensorsDtype.I16 => type == typeof(short),
        SafetensorsDtype.F16 => type == typeof(Half),
        SafetensorsDtype.BF16 => type == typeof(ushort),
        SafetensorsDtype.U32 => type == typeof(uint),
        SafetensorsDtype.I32 => type == typeof(int),
        SafetensorsDtype.F32 => type == typeof(float),
        SafetensorsDtype.U64 => type == typeof(ulong),
        SafetensorsDtype.I64 => type == typeof(long),
        _ => type == typeof(double),
    };
}
