using Taper.Models.Compact;

namespace Taper.Models.Deltas;

/// <summary>The tensors of a vocabulary of a bundle, in the order in which <see cref="BundleWriter"/> writes them.</summary>
internal interface IVocabularyTensors
{
    /// <summary>Those that find a value's row.</summary>
    IEnumerable<PendingTensor> KeyTensors();

    /// <summary>Those of the rows.</summary>
    IEnumerable<PendingTensor> RowTensors();
}
