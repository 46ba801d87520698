namespace Taper.Data;

/// <summary>How the counts of values that are in no vocabulary yet are kept for the dataset that goes on from this one.</summary>
public enum Admission
{
    /// <summary>The count of every value.</summary>
    Exact,

    /// <summary>A count-min sketch of a fixed size, whose estimates are the counts or above them.</summary>
    Sketch,
}
