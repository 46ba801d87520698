using Taper.Embeddings.Features;

namespace Taper.Server.Protocols.Tensors;

/// <summary>The datatypes of the Open Inference Protocol that feature values come in.</summary>
internal static class TensorTypes
{
    public const string Bytes = "BYTES";
    public const string Int32 = "INT32";
    public const string Int64 = "INT64";
    public const string Fp32 = "FP32";
    public const string Fp64 = "FP64";

    /// <summary>Whether a field's values may come in a datatype.</summary>
    public static bool Fits(string datatype, FieldKind kind) => datatype switch
    {
        Bytes or Int32 or Int64 => true,
        Fp32 or Fp64 => kind is FieldKind.Numeric or FieldKind.Bucketed,
        _ => false,
    };

    /// <summary>The datatype that a field's metadata names.</summary>
    public static string Of(FieldKind kind) => kind is FieldKind.Numeric or FieldKind.Bucketed ? Fp64 : Bytes;

    /// <summary>Bytes of an element in binary form; 0 where each says its own length.</summary>
    public static int Width(string datatype) => datatype switch
    {
        Int32 or Fp32 => 4,
        Int64 or Fp64 => 8,
        _ => 0,
    };
}
