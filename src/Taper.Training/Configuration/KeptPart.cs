namespace Taper.Training;

/// <summary>What <c>taper</c> keeps of each value's aligned embedding.</summary>
public enum KeptPart
{
    /// <summary>A prefix: the size is all there is to store, and training goes on in a compact table.</summary>
    Prefix,

    /// <summary>Any elements: more accurate at small budgets, for a bit an element in the bundle and whole rows in training.</summary>
    Elements,
}
