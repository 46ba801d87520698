namespace Taper.Data;

/// <summary>
/// The order in which a split's examples are read. Told by its arguments alone: the same on every machine, and the same
/// from any place on. Not thread-safe: it holds the window that was read last.
/// </summary>
public sealed class ExampleOrder
{
    /// <summary>Examples that are shuffled among each other: their order takes 32 MiB, 26 columns of them less than 1 GiB.</summary>
    public const int DefaultWindow = 1 << 23;

    private readonly ShuffledBlocks? blocks;
    private int[] examples = [];
    private int window = -1;

    private ExampleOrder(int count, ShuffledBlocks? blocks)
    {
        Count = count;
        this.blocks = blocks;
    }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>Whether it is not the stored order.</summary>
    internal bool IsShuffled => blocks is not null;

    /// <summary>As they are stored.</summary>
    public static ExampleOrder Sequential(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new ExampleOrder(count, null);
    }

    /// <summary>
    /// A random permutation. Up to <paramref name="window"/> examples are shuffled as a whole. Of more, blocks of
    /// consecutive ones are drawn without replacement, 128 blocks make a window, and each window is shuffled as a whole: a
    /// reader needs the pages of one window at a time, in runs as long as a block, and no order of all examples.
    /// </summary>
    /// <param name="count">The number of examples.</param>
    /// <param name="seed">Tells the permutation, with <paramref name="epoch"/>.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="window">The examples of a window, at least 128.</param>
    public static ExampleOrder Shuffled(int count, ulong seed, int epoch, int window = DefaultWindow)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, ShuffledBlocks.BlocksOfWindow);
        return new ExampleOrder(count, new ShuffledBlocks(count, seed, epoch, window));
    }

    /// <summary>The examples at some places of the order.</summary>
    /// <param name="place">The first place; reading on from the last one is cheap, each new window is shuffled first.</param>
    /// <param name="target">Receives one example for each place.</param>
    public void Read(int place, Span<int> target) => Read(place, target, null);

    /// <summary>As above.</summary>
    /// <param name="place">See above.</param>
    /// <param name="target">See above.</param>
    /// <param name="opened">Told the first example and the length of each block of a window that had to be opened.</param>
    internal void Read(int place, Span<int> target, Action<int, int>? opened)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, Count - place);
        for (int done = 0; done < target.Length;)
        {
            done += ReadSome(place + done, target[done..], opened);
        }
    }

    private int ReadSome(int place, Span<int> target, Action<int, int>? opened)
    {
        if (blocks is null)
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = place + i;
            }

            return target.Length;
        }

        int wanted = blocks.WindowOf(place);
        if (wanted != window)
        {
            examples = blocks.Examples(wanted, examples);
            window = wanted;
            blocks.Visit(window, opened ?? ((_, _) => { }));
        }

        int first = place - blocks.FirstPlace(window);
        int count = Math.Min(target.Length, blocks.FirstPlace(window + 1) - place);
        examples.AsSpan(first, count).CopyTo(target);
        return count;
    }
}
