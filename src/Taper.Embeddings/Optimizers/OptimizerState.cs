namespace Taper.Embeddings.Optimizers;

/// <summary>
/// One kind of state of an optimizer, rows × width floats, to be saved in a checkpoint and written back on resume.
/// Owned by the optimizer and valid until that is disposed.
/// </summary>
public sealed unsafe class OptimizerState : IDisposable
{
    private readonly NativeFloats values;

    internal OptimizerState(string name, int rows, int width)
    {
        Name = name;
        Rows = rows;
        Width = width;
        values = new NativeFloats((long)rows * width);
    }

    /// <summary>What the state is called, unique in its optimizer; snake_case.</summary>
    public string Name { get; }

    /// <summary>The rows of the table.</summary>
    public int Rows { get; }

    /// <summary>The floats per row: the table's dimension, or 1 where a row has one number.</summary>
    public int Width { get; }

    /// <summary>The first float of row 0.</summary>
    public float* Pointer => values.Pointer;

    /// <summary>The size of the state in bytes.</summary>
    public nint ByteLength => (nint)(values.Count * sizeof(float));

    /// <summary>The state of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
            return new Span<float>(Pointer + ((nint)row * Width), Width);
        }
    }

    /// <summary>Frees the memory; the optimizer does this.</summary>
    public void Dispose() => values.Dispose();

    internal void Fill(float value)
    {
        for (int row = 0; row < Rows; row++)
        {
            this[row].Fill(value);
        }
    }
}
