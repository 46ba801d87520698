namespace Taper.Embeddings.Weights;

/// <summary>What a file of weights is.</summary>
internal enum WeightKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>Header of JSON, then the tensors.</summary>
    Safetensors,

    /// <summary>One NumPy array.</summary>
    Npy,

    /// <summary>A zip archive, as torch.save writes since 1.6.</summary>
    PyTorch,

    /// <summary>Pickles back to back, as torch.save wrote before 1.6.</summary>
    OldPyTorch,
}
