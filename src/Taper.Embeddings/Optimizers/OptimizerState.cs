namespace Taper.Embeddings.Optimizers;

/// <summary>
/// One kind of state of an optimizer, rows × width floats, to be saved in a checkpoint and written back on resume; with a
/// compact table, as many floats a row as that has. Owned by the optimizer and valid until that is disposed.
/// </summary>
public sealed unsafe class OptimizerState : IDisposable
{
    private RowFloats values;

    private OptimizerState(string name, RowFloats values)
    {
        Name = name;
        this.values = values;
    }

    /// <summary>What the state is called, unique in its optimizer; snake_case.</summary>
    public string Name { get; }

    /// <summary>The rows of the table.</summary>
    public int Rows => values.Rows;

    /// <summary>The floats per whole row: the table's dimension, or 1 where a row has one number.</summary>
    public int Width => values.Width;

    /// <summary>Whether each row has as many numbers as the table's; else it has <see cref="Width"/>, also with a compact table.</summary>
    public bool IsLaidOutAsTable { get; private init; }

    /// <summary>The first float of row 0.</summary>
    public float* Pointer => values.Pointer;

    /// <summary>Null where every row has the full width.</summary>
    internal RowStarts? Starts => values.Starts;

    /// <summary>The size of the state in bytes.</summary>
    public nint ByteLength => values.ByteLength;

    /// <summary>The state of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> this[int row] => values[row];

    /// <summary>Frees the memory; the optimizer does this.</summary>
    public void Dispose() => values.Dispose();

    /// <summary>A number for each number of the table, laid out as that is.</summary>
    internal static OptimizerState OfNumbers(string name, EmbeddingTable table) =>
        new(name, new RowFloats(table.Rows, table.Dimension, table.Starts)) { IsLaidOutAsTable = true };

    /// <summary>A number for each row of the table.</summary>
    internal static OptimizerState OfRows(string name, EmbeddingTable table) => new(name, new RowFloats(table.Rows, 1, null));

    internal void Fill(float value)
    {
        for (int row = 0; row < Rows; row++)
        {
            this[row].Fill(value);
        }
    }

    /// <summary>Follows a table that became compact.</summary>
    internal void Compact(RowStarts starts)
    {
        RowFloats compact = values.ToCompact(starts);
        values.Dispose();
        values = compact;
    }
}
