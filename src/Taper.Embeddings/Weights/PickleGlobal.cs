namespace Taper.Embeddings.Weights;

/// <summary>What a pickle may call, as a name only: the machine does it itself.</summary>
internal enum PickleGlobal
{
    /// <summary>An empty dictionary.</summary>
    OrderedDict,

    /// <summary>A tensor of a storage.</summary>
    RebuildTensor,

    /// <summary>The tensor it is given.</summary>
    RebuildParameter,
}
