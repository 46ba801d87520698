namespace Taper.Data.Preparing.Parts;

/// <summary>What a column's file holds.</summary>
internal enum ColumnKind
{
    /// <summary>A byte an example: 0 or 1.</summary>
    Labels,

    /// <summary>32-bit ids.</summary>
    Ids,

    /// <summary>Where the ids of each example start, and where the last end.</summary>
    Offsets,

    /// <summary>32-bit floats.</summary>
    Numbers,
}
