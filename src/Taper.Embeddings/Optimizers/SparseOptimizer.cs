using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Updates the rows of an embedding table from the gradients of a batch. Only the kept prefix of a row and its state
/// are written. The state lives in native memory, is owned here, and can be saved and restored through
/// <see cref="States"/> and <see cref="Steps"/>. Not thread safe. Dispose frees the state.
/// </summary>
public abstract class SparseOptimizer : IDisposable
{
    private readonly int rows;
    private readonly int dimension;
    private RowStarts? starts;
    private float learningRate;
    private float l2;

    private protected SparseOptimizer(EmbeddingTable table, OptimizerOptions options, params OptimizerState[] states)
    {
        rows = table.Rows;
        dimension = table.Dimension;
        starts = table.Starts;
        learningRate = options.LearningRate;
        l2 = options.L2;
        States = states;
    }

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Sgd.Key, Adagrad.Key, RowwiseAdagrad.Key, LazyAdam.Key, DenseAdam.Key];

    /// <summary>The name the optimizer is chosen by.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate of the next step; finite, 0 or more.</summary>
    public float LearningRate
    {
        get => learningRate;
        set
        {
            OptimizerOptions.AtLeastZero(value, nameof(value));
            learningRate = value;
        }
    }

    /// <summary>
    /// The L2 weight λ: λ · e is added to the gradient of the kept part of every row that is updated. Finite, 0 or more.
    /// </summary>
    public float L2
    {
        get => l2;
        set
        {
            OptimizerOptions.AtLeastZero(value, nameof(value));
            l2 = value;
        }
    }

    /// <summary>The number of steps taken; set it when the state is restored from a checkpoint.</summary>
    public long Steps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The state to be saved and restored; empty for an optimizer without any.</summary>
    public IReadOnlyList<OptimizerState> States { get; }

    /// <summary>Makes an optimizer for tables of the shape of <paramref name="table"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="table">The table whose rows and dimension the state is made for.</param>
    /// <param name="options">Learning rate and the like.</param>
    /// <exception cref="ArgumentException">No optimizer has that name, or an option is out of range.</exception>
    public static SparseOptimizer Create(string name, EmbeddingTable table, OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return name switch
        {
            Sgd.Key => new Sgd(table, options),
            Adagrad.Key => new Adagrad(table, options),
            RowwiseAdagrad.Key => new RowwiseAdagrad(table, options),
            LazyAdam.Key => new LazyAdam(table, options),
            DenseAdam.Key => new DenseAdam(table, options),
            _ => throw new ArgumentException(
                $"No optimizer is called '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    /// <summary>Takes one step. Allocates nothing.</summary>
    /// <param name="table">The table to update, of the shape this optimizer was made for.</param>
    /// <param name="gradients">The gradients of the batch, summed per row.</param>
    /// <param name="sizes">The kept sizes, or default to write rows whole.</param>
    /// <exception cref="ArgumentException">Table or gradients are of another shape, or the table is compact and the state is not.</exception>
    public void Step(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes = default) =>
        Step<HardwareWidth>(table, gradients, sizes);

    /// <summary>
    /// Follows a table that became compact (<see cref="EmbeddingTable.ToCompact"/>): keeps the state of the kept prefixes
    /// alone, and from then on updates compact tables of those sizes. Steps give the same bits as before.
    /// </summary>
    /// <param name="table">The compact table.</param>
    /// <exception cref="ArgumentException">It is not compact, or of another shape.</exception>
    public void Compact(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refusal.UnlessShape(table.Rows, table.Dimension, rows, dimension);
        RowStarts compact = table.Starts ?? throw new ArgumentException("The table is not compact.", nameof(table));
        foreach (OptimizerState state in States.Where(state => state.IsLaidOutAsTable))
        {
            state.Compact(compact);
        }

        starts = compact;
    }

    /// <summary>Takes one step, a thread for each part of the gradients.</summary>
    /// <param name="table">The table to update, of the shape this optimizer was made for.</param>
    /// <param name="parts">The gradients of the batch: all of <see cref="RowGradients.Parts"/>.</param>
    /// <param name="sizes">The kept sizes, or default to write rows whole.</param>
    /// <exception cref="ArgumentException">Table or gradients are of another shape.</exception>
    public unsafe void Step(EmbeddingTable table, IReadOnlyList<RowGradients> parts, PrefixSizes sizes = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(parts);
        foreach (RowGradients part in parts)
        {
            CheckShape(table, part);
        }

        Steps++;
        fixed (int* groups = sizes.GroupOfRow)
        fixed (byte* bytes = sizes.SizeOfGroup)
        {
            (nint groupOfRow, int rowCount) = ((nint)groups, sizes.GroupOfRow.Length);
            (nint sizeOfGroup, int groupCount) = ((nint)bytes, sizes.SizeOfGroup.Length);
            Parallel.For(0, parts.Count, part => Update<HardwareWidth>(
                table,
                parts[part],
                new PrefixSizes(new ReadOnlySpan<int>((int*)groupOfRow, rowCount), new ReadOnlySpan<byte>((byte*)sizeOfGroup, groupCount))));
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach (OptimizerState state in States)
        {
            state.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    internal void Step<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes)
        where TWidth : struct, IWidth
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(gradients);
        CheckShape(table, gradients);
        Steps++;
        Update<TWidth>(table, gradients, sizes);
    }

    private void CheckShape(EmbeddingTable table, RowGradients gradients)
    {
        Refusal.UnlessShape(table.Rows, table.Dimension, rows, dimension);
        Refusal.UnlessShape(gradients.TableRows, gradients.Dimension, rows, dimension);
        Refusal.UnlessSame(table.Starts, starts);
    }

    private protected abstract void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes)
        where TWidth : struct, IWidth;
}
