namespace Taper.Embeddings.Weights;

/// <summary>Tells the kinds of weight files apart by their first bytes.</summary>
internal static class WeightKinds
{
    /// <summary>A safetensors header is an object of JSON behind its length of 8 bytes.</summary>
    private const int HeaderStart = sizeof(ulong);

    /// <summary>PyTorch's magic number before 1.6, itself a pickle: PROTO 2, LONG1 of 10 bytes.</summary>
    private static ReadOnlySpan<byte> OldMagic => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46];

    public static WeightKind Of(string path)
    {
        Span<byte> start = stackalloc byte[HeaderStart + 1];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.StartsWith("PK"u8) ? WeightKind.PyTorch
            : start.StartsWith(NpyLayout.Magic) ? WeightKind.Npy
            : start.StartsWith(OldMagic) ? WeightKind.OldPyTorch
            : start.Length > HeaderStart && start[HeaderStart] == '{' ? WeightKind.Safetensors
            : WeightKind.Unknown;
    }
}
