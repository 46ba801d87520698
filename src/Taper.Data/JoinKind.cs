namespace Taper.Data;

/// <summary>What a join does with an example that finds no match.</summary>
public enum JoinKind
{
    /// <summary>Keeps it; the added columns are missing.</summary>
    Left,

    /// <summary>Drops it.</summary>
    Inner,
}
