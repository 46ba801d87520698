namespace Taper.Models.Deltas;

/// <summary>The names of the tensors that say how a vocabulary's rows are made of those of the bundle before; the others are named as a bundle's.</summary>
internal sealed record DeltaTensorNames(string Vocabulary)
{
    /// <summary>U32 [rows]: the row that the value had before, <see cref="StoredRows.None"/> for a new value.</summary>
    public string From => $"{Vocabulary}.from";

    /// <summary>U64 [new values]: their keys, in the order of the rows.</summary>
    public string NewKeys => $"{Vocabulary}.new_keys";

    /// <summary>U8 [⌈rows / 8⌉]: the rows whose numbers the delta holds, lowest bit first; all others are as they were.</summary>
    public string Changed => $"{Vocabulary}.changed";
}
