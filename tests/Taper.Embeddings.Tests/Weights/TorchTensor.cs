using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>What a pickle says of a tensor, true or not.</summary>
internal sealed record TorchTensor(
    string Name, string StorageType, string Key, long StorageCount, long First, IReadOnlyList<long> Sizes, IReadOnlyList<long> Strides)
{
    public static string StorageOf(SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.F64 => "DoubleStorage",
        SafetensorsDtype.F32 => "FloatStorage",
        SafetensorsDtype.F16 => "HalfStorage",
        _ => "BFloat16Storage",
    };
}
