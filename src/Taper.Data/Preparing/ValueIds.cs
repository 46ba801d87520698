namespace Taper.Data.Preparing;

/// <summary>The id of every code of a vocabulary's values; unknown until it is said otherwise.</summary>
internal sealed class ValueIds
{
    private readonly int[] ids;

    /// <param name="codes">The number of codes.</param>
    public ValueIds(int codes)
    {
        ids = new int[codes + 1];
        ids[0] = Vocabulary.Missing; // the code of a missing value is -1
    }

    /// <summary>The id of a code.</summary>
    public int this[int code]
    {
        get => ids[code + 1];
        set => ids[code + 1] = value;
    }
}
