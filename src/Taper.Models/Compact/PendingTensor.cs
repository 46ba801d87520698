using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>A tensor that is declared before its payload is written.</summary>
/// <param name="Tensor">Name, type and shape.</param>
/// <param name="Write">Writes exactly the payload.</param>
internal sealed record PendingTensor(SafetensorsTensor Tensor, Action<SafetensorsWriter> Write);
