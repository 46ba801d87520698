namespace Taper.Data;

/// <summary>Which part of every batch is read: <c>default</c> is all of it, as is the only one of one.</summary>
/// <param name="Index">The part's number, from 0.</param>
/// <param name="Count">Parts of a batch; their examples differ in number by one at most.</param>
public readonly record struct BatchPart(int Index, int Count)
{
    /// <summary>The part of so many examples that lie one after the other.</summary>
    internal (int First, int Count) Of(int examples)
    {
        if (Count <= 1)
        {
            return (0, examples);
        }

        int first = (int)((long)examples * Index / Count);
        return (first, (int)((long)examples * (Index + 1) / Count) - first);
    }
}
