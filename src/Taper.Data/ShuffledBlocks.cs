namespace Taper.Data;

/// <summary>Blocks of consecutive examples in random order, <see cref="BlocksOfWindow"/> to a window. Immutable; thread-safe.</summary>
internal sealed class ShuffledBlocks
{
    /// <summary>As many places of a split as a batch draws from, however the split is sorted.</summary>
    public const int BlocksOfWindow = 128;

    private const ulong BlockStream = ulong.MaxValue; // windows are streams 0, 1, ...

    private readonly int count;
    private readonly ulong seed;
    private readonly int blockSize;
    private readonly int[] blocks;
    private readonly int[] firstPlaces; // of each window, and at the end the number of examples

    public ShuffledBlocks(int count, ulong seed, int epoch, int window)
    {
        this.count = count;
        this.seed = RandomNumbers.Mix(seed) ^ RandomNumbers.Mix(~(ulong)epoch);
        blockSize = count <= window ? Math.Max(1, count) : window / BlocksOfWindow;
        blocks = new int[(int)(((long)count + blockSize - 1) / blockSize)];
        for (int block = 0; block < blocks.Length; block++)
        {
            blocks[block] = block;
        }

        Shuffle(blocks, BlockStream);
        firstPlaces = FirstPlaces();
    }

    /// <summary>The window that a place of the order is in.</summary>
    public int WindowOf(int place)
    {
        int found = Array.BinarySearch(firstPlaces, place);
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>The first place of a window; that of the one after the last is the number of examples.</summary>
    public int FirstPlace(int window) => firstPlaces[window];

    /// <summary>A window's examples in their order.</summary>
    /// <param name="window">The window.</param>
    /// <param name="buffer">Used again where it is large enough.</param>
    public int[] Examples(int window, int[] buffer)
    {
        int size = firstPlaces[window + 1] - firstPlaces[window];
        int[] examples = buffer.Length >= size ? buffer : new int[size];
        int next = 0;
        Visit(window, (first, length) =>
        {
            for (int i = 0; i < length; i++)
            {
                examples[next++] = first + i;
            }
        });
        Shuffle(examples.AsSpan(0, size), (ulong)window);
        return examples;
    }

    /// <summary>Hands out the first example and the length of each block of a window.</summary>
    public void Visit(int window, Action<int, int> visitor)
    {
        foreach (int block in BlocksOf(window))
        {
            int first = block * blockSize;
            visitor(first, (int)Math.Min(blockSize, count - (long)first));
        }
    }

    private ReadOnlySpan<int> BlocksOf(int window)
    {
        int first = window * BlocksOfWindow;
        return blocks.AsSpan(first, Math.Min(BlocksOfWindow, blocks.Length - first));
    }

    private int[] FirstPlaces()
    {
        int[] places = new int[((blocks.Length + BlocksOfWindow - 1) / BlocksOfWindow) + 1];
        for (int window = 0; window + 1 < places.Length; window++)
        {
            places[window + 1] = places[window];
            Visit(window, (_, length) => places[window + 1] += length);
        }

        return places;
    }

    /// <summary>Fisher and Yates' shuffle.</summary>
    private void Shuffle(Span<int> numbers, ulong stream)
    {
        RandomNumbers random = new(seed ^ RandomNumbers.Mix(stream));
        for (int i = numbers.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }
    }
}
