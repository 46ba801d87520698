namespace Taper.Embeddings;

/// <summary>
/// An embedding table: rows × dimension floats, row-major, in zeroed native memory aligned to 64 bytes. First-order
/// weights are a table of dimension 1. Reading is thread safe, writing is not. Dispose frees the memory; pointers and
/// spans are invalid from then on.
/// </summary>
public sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly NativeFloats values;

    /// <summary>Makes a table of zeros.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="dimension">The number of floats of a row, 1 to 255.</param>
    public EmbeddingTable(int rows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
        Rows = rows;
        Dimension = dimension;
        values = new NativeFloats((long)rows * dimension);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of floats of a row (D).</summary>
    public int Dimension { get; }

    /// <summary>The first float of row 0; row r begins at <c>Pointer + (nint)r * Dimension</c>.</summary>
    public float* Pointer => values.Pointer;

    /// <summary>The size of all rows in bytes.</summary>
    public nint ByteLength => (nint)(values.Count * sizeof(float));

    /// <summary>One row: D floats that may be read and written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row.</exception>
    public Span<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
            return new Span<float>(Pointer + ((nint)row * Dimension), Dimension);
        }
    }

    /// <summary>
    /// Fills the table with normally distributed numbers of mean 0. A row depends on the seed and its number alone, and
    /// the same bytes come out on every machine.
    /// </summary>
    /// <param name="standardDeviation">0 or more, finite.</param>
    /// <param name="seed">The seed of the draw.</param>
    public void FillNormal(double standardDeviation, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(standardDeviation);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsFinite(standardDeviation), false, nameof(standardDeviation));
        _ = Pointer;
        Parallel.For(0, Rows, row =>
        {
            NormalSequence sequence = new(seed, (ulong)row);
            foreach (ref float value in this[row])
            {
                value = (float)(standardDeviation * sequence.Next());
            }
        });
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => values.Dispose();
}
