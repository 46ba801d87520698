using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>A storage that a pickle names; whether it is there shows when a tensor of it is read.</summary>
/// <param name="Dtype">The type of its elements.</param>
/// <param name="Key">Its name in the archive.</param>
/// <param name="Count">How many elements it has, 0 or more.</param>
internal sealed record PickledStorage(SafetensorsDtype Dtype, string Key, long Count)
{
    private const string Kind = "storage";

    /// <summary>The storage of a persistent id: ("storage", type, key, device, count).</summary>
    /// <exception cref="FormatException">The id is of another form.</exception>
    public static PickledStorage Of(object id) =>
        id is object[] and [Kind, SafetensorsDtype dtype, string key, string, long and >= 0 and var count]
            ? new PickledStorage(dtype, key, count)
            : throw new FormatException("its pickle refers to something else than a storage");
}
