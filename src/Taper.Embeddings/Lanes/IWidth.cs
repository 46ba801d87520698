using System.Runtime.Intrinsics;

namespace Taper.Embeddings.Lanes;

/// <summary>The widest lanes a kernel may use; a constant to the compiler, so the choice costs nothing.</summary>
internal interface IWidth
{
    /// <summary>1, 4, 8 or 16 floats.</summary>
    static abstract int Lanes { get; }
}

/// <summary>The widest lanes that this processor has in hardware.</summary>
internal readonly struct HardwareWidth : IWidth
{
    public static int Lanes =>
        Vector512.IsHardwareAccelerated ? 16
        : Vector256.IsHardwareAccelerated ? 8
        : Vector128.IsHardwareAccelerated ? 4
        : 1;
}

/// <summary>One float at a time: the reference.</summary>
internal readonly struct ScalarWidth : IWidth
{
    public static int Lanes => 1;
}

/// <summary>At most 4 floats at a time.</summary>
internal readonly struct Width128 : IWidth
{
    public static int Lanes => 4;
}

/// <summary>At most 8 floats at a time.</summary>
internal readonly struct Width256 : IWidth
{
    public static int Lanes => 8;
}

/// <summary>At most 16 floats at a time.</summary>
internal readonly struct Width512 : IWidth
{
    public static int Lanes => 16;
}
