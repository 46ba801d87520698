namespace Taper.Embeddings;

/// <summary>
/// An embedding table: rows × dimension floats, row-major, in zeroed native memory aligned to 64 bytes; or compact, with
/// the kept prefix of each row alone. First-order weights are a table of dimension 1. Reading is thread safe, writing is
/// not. Dispose frees the memory; pointers and spans are invalid from then on.
/// </summary>
public sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly RowFloats values;

    /// <summary>Makes a table of zeros.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="dimension">The number of floats of a row, 1 to 255.</param>
    public EmbeddingTable(int rows, int dimension)
    {
        Check(rows, dimension);
        values = new RowFloats(rows, dimension, null);
    }

    /// <summary>Makes a compact table of zeros. It takes 4 bytes a row beside the kept floats.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="dimension">The number of floats of a whole row, 1 to 255.</param>
    /// <param name="sizes">The kept sizes, which are from now on the most that a row can keep; 4,294,967,295 in all.</param>
    public EmbeddingTable(int rows, int dimension, PrefixSizes sizes)
    {
        Check(rows, dimension);
        values = new RowFloats(rows, dimension, new RowStarts(rows, dimension, sizes));
    }

    private EmbeddingTable(RowFloats values) => this.values = values;

    /// <summary>The number of rows.</summary>
    public int Rows => values.Rows;

    /// <summary>The number of floats of a whole row (D).</summary>
    public int Dimension => values.Width;

    /// <summary>Whether rows have room for their kept prefix alone.</summary>
    public bool IsCompact => Starts is not null;

    /// <summary>
    /// The first float of row 0; row r begins at <c>Pointer + (nint)r * Dimension</c>, or behind row r - 1 in a compact table.
    /// </summary>
    public float* Pointer => values.Pointer;

    /// <summary>The size of all rows in bytes.</summary>
    public nint ByteLength => values.ByteLength;

    /// <summary>Null where the table is not compact.</summary>
    internal RowStarts? Starts => values.Starts;

    /// <summary>One row that may be read and written: D floats, or its kept prefix in a compact table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row.</exception>
    public Span<float> this[int row] => values[row];

    /// <summary>A compact table with the kept prefixes of this one. Nothing is shared.</summary>
    /// <param name="sizes">The kept sizes.</param>
    /// <exception cref="InvalidOperationException">This table is compact already.</exception>
    /// <exception cref="ArgumentException">More than 4,294,967,295 numbers are kept.</exception>
    public EmbeddingTable ToCompact(PrefixSizes sizes) => IsCompact
        ? throw new InvalidOperationException("The table is compact already.")
        : new(values.ToCompact(new RowStarts(Rows, Dimension, sizes)));

    /// <summary>
    /// Fills the table with normally distributed numbers of mean 0. A row depends on the seed and its number alone, and
    /// the same bytes come out on every machine.
    /// </summary>
    /// <param name="standardDeviation">0 or more, finite.</param>
    /// <param name="seed">The seed of the draw.</param>
    public void FillNormal(double standardDeviation, ulong seed) => FillNormal(standardDeviation, seed, 0, 1);

    /// <summary>Fills the table as those rows of a larger one that are here: row r has the numbers of that one's row first + r · step.</summary>
    /// <param name="standardDeviation">0 or more, finite.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="first">The larger table's row that is the first here, 0 or more.</param>
    /// <param name="step">How many rows on the next one is, 1 or more.</param>
    public void FillNormal(double standardDeviation, ulong seed, long first, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(standardDeviation);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsFinite(standardDeviation), false, nameof(standardDeviation));
        _ = Pointer;
        Parallel.For(0, Rows, row =>
        {
            NormalSequence sequence = new(seed, (ulong)(first + ((long)row * step)));
            foreach (ref float value in this[row])
            {
                value = (float)(standardDeviation * sequence.Next());
            }
        });
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => values.Dispose();

    private static void Check(int rows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
    }
}
