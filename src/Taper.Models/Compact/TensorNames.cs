namespace Taper.Models.Compact;

/// <summary>The names of a vocabulary's tensors in <c>keys.safetensors</c> and <c>embeddings.safetensors</c>.</summary>
internal sealed record TensorNames(string Vocabulary)
{
    /// <summary>Kept numbers of all rows, back to back: F32, F16 or I8.</summary>
    public string Values => $"{Vocabulary}.values";

    /// <summary>F32 [D], int8 only: what the integers of each dimension are multiplied with.</summary>
    public string Scale => $"{Vocabulary}.scale";

    /// <summary>I64 [D + 2]: the first row of the sizes D, D - 1, ..., 0, and the number of rows.</summary>
    public string SizeFirstRow => $"{Vocabulary}.size_first_row";

    /// <summary>U32 [values, 1 or 2], where values share rows: of which a value is made, 0xFFFFFFFF for no second one.</summary>
    public string RowsOfValue => $"{Vocabulary}.rows_of_value";

    /// <summary>U8 [rows that keep something, ⌈D / 8⌉], masked layout only: which elements of each row are kept, the lowest bit first.</summary>
    public string Kept => $"{Vocabulary}.kept";

    /// <summary>U64 [rows]: the hash of each row's value.</summary>
    public string Keys => $"{Vocabulary}.keys";

    /// <summary>U32 [slots]: the hash table from keys to rows.</summary>
    public string Index => $"{Vocabulary}.index";

    /// <summary>F32 [D], where some size is 0: the row that those values share.</summary>
    public string Default => $"{Vocabulary}.default";

    /// <summary>F32 [rows], where the network has them: the first-order weights.</summary>
    public string FirstOrder => $"{Vocabulary}.first_order";
}
