namespace Taper.Models;

/// <summary>Which numbers of a row a bundle holds.</summary>
public enum RowLayout
{
    /// <summary>The first ones, as many as the row's size.</summary>
    Prefix,

    /// <summary>Those whose bits are set in a mask of the row.</summary>
    Masked,
}
