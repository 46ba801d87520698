using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Training.Networks;
using Taper.Training.Sizing;

namespace Taper.Training.Plans;

/// <summary>What the embeddings of a config will take, before anyone trains them. Bytes throughout. Immutable.</summary>
public sealed record MemoryPlan
{
    private const double KeyBytes = sizeof(ulong) + (1.25 * sizeof(uint)); // key column, hash index with four in five slots taken

    /// <summary>Rows of all vocabularies.</summary>
    public required long Rows { get; init; }

    /// <summary>Full embedding size, D.</summary>
    public required int Dimension { get; init; }

    /// <summary>
    /// The table that is trained: rows × D floats, and one float a row where the network has first-order weights; twice the
    /// former where a sizing method looks rows up in a view of its own (pep).
    /// </summary>
    public required long TableBytes { get; init; }

    /// <summary>The optimizer's state of the rows.</summary>
    public required long OptimizerBytes { get; init; }

    /// <summary>What training keeps of each row beside: its frequency group, and its place among a batch's gradients.</summary>
    public required long RowBytes { get; init; }

    /// <summary>Most embedding parameters of the bundle: the budget's share, or all.</summary>
    public required long BundleParameters { get; init; }

    /// <summary>The bits that say which elements of a row are kept, where a method prunes single ones; in training and in the bundle.</summary>
    public required long MaskBytes { get; init; }

    /// <summary>First-order weights of the bundle, one float a row, or 0.</summary>
    public required long FirstOrderBytes { get; init; }

    /// <summary>The table and the optimizer's state once sizes are frozen: kept prefixes, and where each begins; a teacher's table beside them.</summary>
    public required long FrozenTableBytes { get; init; }

    /// <summary>
    /// The most memory of the embeddings in a run: while sizes are learned, or after it where a teacher's table comes beside
    /// whole rows. The dense network and libtorch (some 300 MB) come on top.
    /// </summary>
    public long TrainingBytes => Math.Max(TableBytes + OptimizerBytes, FrozenTableBytes) + RowBytes + MaskBytes;

    /// <summary>Memory of the embeddings once sizes are frozen.</summary>
    public long FrozenBytes => FrozenTableBytes + RowBytes + MaskBytes;

    /// <summary>Keys and index of the bundle.</summary>
    public long KeyBytesOfBundle => (long)(Rows * KeyBytes);

    /// <summary>The bundle in fp32: embeddings, keys and index.</summary>
    public long Fp32Bytes => (BundleParameters * sizeof(float)) + MaskBytes + FirstOrderBytes + KeyBytesOfBundle;

    /// <summary>The bundle in fp16.</summary>
    public long Fp16Bytes => (BundleParameters * 2) + MaskBytes + FirstOrderBytes + KeyBytesOfBundle;

    /// <summary>The bundle in int8.</summary>
    public long Int8Bytes => BundleParameters + MaskBytes + FirstOrderBytes + KeyBytesOfBundle;

    /// <summary>Plans a run.</summary>
    /// <param name="config">The run's config.</param>
    /// <param name="rows">Rows of all vocabularies, unknown and missing values among them.</param>
    public static MemoryPlan Of(RunConfig config, long rows)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        int dimension = config.Sizing.EmbeddingDim;
        using CtrNetwork smallest = CtrNetwork.Create(config.Network, new NetworkShape(1, dimension, 0));
        using Sizer one = Sizer.Create(config.Sizing with { Budget = 1 }, FrequencyGroups.Of([[1]]));
        bool firstOrder = smallest.HasFirstOrder;
        int tables = firstOrder ? 2 : 1;
        double share = config.Sizing.Method == "fixed" ? 1 : config.Sizing.Budget ?? 1;
        long parameters = (long)Math.Floor(share * rows * dimension);
        int state = StateFloats(config, dimension);
        int firstOrderFloats = firstOrder ? 1 + StateFloats(config, 1) : 0;
        long whole = rows * (dimension + state + firstOrderFloats);
        long kept = state % dimension == 0 ? parameters * (1 + (state / dimension)) : parameters + (rows * state);
        long teacher = one.Distillation > 0 ? rows * dimension : 0;
        bool compact = one.Elements is null && parameters + rows < rows * dimension;
        return new MemoryPlan
        {
            Rows = rows,
            Dimension = dimension,
            TableBytes = rows * ((dimension * (one.View is null ? 1 : 2)) + (firstOrder ? 1 : 0)) * sizeof(float),
            OptimizerBytes = rows * (state + (firstOrder ? firstOrderFloats - 1 : 0)) * sizeof(float),
            RowBytes = rows * (((1 + tables) * sizeof(int)) + (Sizer.SizesEachValue(config.Sizing.Method) ? FrequencyGroups.BytesOfAGroup : 0)),
            FrozenTableBytes = ((compact ? kept + (rows * (1 + firstOrderFloats)) : whole) + teacher) * sizeof(float),
            BundleParameters = parameters,
            MaskBytes = rows * (one.Elements?.RowBytes ?? 0),
            FirstOrderBytes = firstOrder ? rows * sizeof(float) : 0,
        };
    }

    /// <summary>The rows that can be trained in so much memory.</summary>
    public long RowsThatFit(long bytes) => (long)(bytes / ((double)TrainingBytes / Rows));

    private static int StateFloats(RunConfig config, int dimension)
    {
        using EmbeddingTable none = new(0, dimension);
        using SparseOptimizer optimizer = SparseOptimizer.Create(config.Training.EmbeddingOptimizer, none, new OptimizerOptions());
        return optimizer.States.Sum(state => state.Width);
    }
}
