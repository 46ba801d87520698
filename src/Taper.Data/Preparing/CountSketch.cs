using System.Numerics;

namespace Taper.Data.Preparing;

/// <summary>
/// A count-min sketch (Cormode and Muthukrishnan, 2005) with conservative update: counts of any number of keys in a fixed number of
/// cells. An estimate is never below the count; it is above it by more than e / width of all that was counted for 2% of keys at most.
/// A cell holds the largest count that one of its keys was raised to, so the order in which they are does not matter. Not thread-safe.
/// </summary>
internal sealed class CountSketch
{
    /// <summary>The cells that each key has, one a row.</summary>
    public const int Rows = 4;

    /// <summary>The least cells of a row.</summary>
    public const int LeastWidth = 64;

    private const int KeyBits = 64;

    private readonly float[] cells;
    private readonly int shift;

    /// <summary>A sketch of nothing.</summary>
    /// <param name="width">The cells of a row, a power of two from <see cref="LeastWidth"/> on.</param>
    public CountSketch(int width)
        : this(new float[Rows * width])
    {
    }

    /// <param name="cells">Row after row; taken over.</param>
    public CountSketch(float[] cells)
    {
        this.cells = cells;
        shift = KeyBits - BitOperations.Log2((uint)Width);
    }

    /// <summary>The cells, row after row.</summary>
    public ReadOnlySpan<float> Cells => cells;

    /// <summary>The cells of a row.</summary>
    public int Width => cells.Length / Rows;

    /// <summary>Odd numbers, one a row: the top bits of a key's product with them tell its cell.</summary>
    private static ReadOnlySpan<ulong> Factors => [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F];

    /// <summary>The width of a sketch that takes up to so many bytes.</summary>
    public static int WidthOf(int bytes) => 1 << BitOperations.Log2((uint)(bytes / (Rows * sizeof(float))));

    /// <summary>Whether a sketch may have so many cells.</summary>
    public static bool CanHold(int cells) => cells % Rows == 0 && BitOperations.IsPow2(cells / Rows) && cells / Rows >= LeastWidth;

    /// <summary>The count of a key, or more.</summary>
    public double Estimate(ulong key)
    {
        float least = float.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            least = Math.Min(least, cells[CellOf(key, row)]);
        }

        return least;
    }

    /// <summary>Makes the estimate of a key a count, or more.</summary>
    public void Raise(ulong key, double count)
    {
        float raised = RoundedUp(count);
        for (int row = 0; row < Rows; row++)
        {
            ref float cell = ref cells[CellOf(key, row)];
            cell = Math.Max(cell, raised);
        }
    }

    /// <summary>The sketch of the counts multiplied with a number.</summary>
    public CountSketch Faded(double decay) => new(Array.ConvertAll(cells, cell => RoundedUp(cell * decay)));

    /// <summary>A sketch of the same counts of another width: neighbouring cells become their largest, or one becomes many.</summary>
    public CountSketch Resized(int width)
    {
        CountSketch resized = new(width);
        int most = Math.Max(width, Width);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < most; i++)
            {
                ref float cell = ref resized.cells[(row * width) + (i / (most / width))];
                cell = Math.Max(cell, cells[(row * Width) + (i / (most / Width))]);
            }
        }

        return resized;
    }

    private int CellOf(ulong key, int row) => (row * Width) + (int)((key * Factors[row]) >> shift);

    /// <summary>The least cell that is not below the count.</summary>
    private static float RoundedUp(double count)
    {
        float rounded = (float)count;
        return rounded < count ? float.BitIncrement(rounded) : rounded;
    }
}
