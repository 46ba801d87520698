using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Cluster.Shards;

/// <summary>
/// A part of the rows of all vocabularies, in native memory: embeddings, first-order weights where there are any, and what
/// their optimizers remember. A step is summed from the workers' gradients in the order of their numbers and applied once.
/// </summary>
/// <remarks>Not safe to share between threads.</remarks>
internal sealed unsafe class EmbeddingShard : IDisposable
{
    private readonly int[] _groupOfRow;
    private readonly byte[] _sizes;
    private readonly TrainingConfig _config;
    private readonly SparseOptimizer _optimizer;
    private readonly IReadOnlyList<RowGradients> _gradients; // a thread each, as in one process, whose bits depend on it
    private readonly EmbeddingTable? _firstOrder;
    private readonly SparseOptimizer? _firstOrderOptimizer;
    private readonly IReadOnlyList<RowGradients> _firstOrderGradients = [];
    private EmbeddingTable _table;
    private float[] _unpacked = [];
    private float[] _unpackedFirstOrder = [];

    /// <summary>A shard with the first values that its rows have in a table that is not divided.</summary>
    /// <param name="layout">How the rows are divided.</param>
    /// <param name="task">Which part this is.</param>
    /// <param name="config">Optimizer, seed and full size.</param>
    /// <param name="groups">The frequency groups of all rows.</param>
    public EmbeddingShard(ShardLayout layout, ShardTask task, RunConfig config, FrequencyGroups groups)
    {
        int rows = layout.RowsOf(task.Index), dimension = config.Sizing.EmbeddingDim;
        _config = config.Training;
        _sizes = [.. task.Sizes];
        _groupOfRow = new int[rows];
        groups.CopyTo(layout.RowAt(task.Index, 0), layout.Shards, _groupOfRow);
        if (task is { IsCompact: true, Checkpoint: not null })
        {
            _table = new EmbeddingTable(rows, dimension, Sizes);
        }
        else
        {
            _table = new EmbeddingTable(rows, dimension);
            if (task.Checkpoint is null)
            {
                _table.FillNormal(_config.EmbeddingDeviation, (ulong)_config.Seed, task.Index, layout.Shards);
            }

            if (task.IsCompact)
            {
                Compact();
            }
        }

        _optimizer = Optimizer(_table);
        int threads = _config.Threads > 0 ? _config.Threads : Environment.ProcessorCount;
        _gradients = RowGradients.Parts(rows, dimension, threads);
        if (task.HasFirstOrder)
        {
            _firstOrder = new EmbeddingTable(rows, 1);
            _firstOrderOptimizer = Optimizer(_firstOrder);
            _firstOrderGradients = RowGradients.Parts(rows, 1, threads);
        }
    }

    /// <summary>Floats of a row that is kept whole, its first-order weight among them.</summary>
    private int Width => _table.Dimension + FirstOrderWidth;

    private int FirstOrderWidth => _firstOrder is null ? 0 : 1;

    private PrefixSizes Sizes => new(_groupOfRow, _sizes);

    /// <summary>Bytes of the rows and their optimizers' state.</summary>
    public long Bytes => (long)_table.ByteLength + (long)(_firstOrder?.ByteLength ?? 0)
        + _optimizer.States.Concat(_firstOrderOptimizer?.States ?? []).Sum(state => (long)state.ByteLength);

    /// <summary>Bytes that such a shard takes at most while it is loaded.</summary>
    public static long BytesOf(ShardLayout layout, ShardTask task, RunConfig config)
    {
        int numbers = config.Sizing.EmbeddingDim + (task.HasFirstOrder ? 1 : 0);
        int states = config.Training.EmbeddingOptimizer switch { "adam" or "lazy_adam" => 2, "adagrad" => 1, _ => 0 };
        return (long)layout.RowsOf(task.Index) * ((numbers * (1 + states) * sizeof(float)) + (2 * sizeof(int)));
    }

    /// <summary>D.</summary>
    public int Dimension => _table.Dimension;

    /// <summary>The kept prefix of a row.</summary>
    public Span<float> EmbeddingAt(int place) => _table[place];

    /// <summary>The first-order weight of a row; empty where there are none.</summary>
    public Span<float> FirstOrderAt(int place) => _firstOrder is null ? [] : _firstOrder[place];

    /// <summary>Takes over the sizes of a step while they are learned.</summary>
    /// <exception cref="ArgumentException">They are of other groups.</exception>
    public void Resize(ReadOnlySpan<byte> sizes)
    {
        if (sizes.Length != _sizes.Length)
        {
            throw new ArgumentException($"{sizes.Length} sizes came for {_sizes.Length} groups.", nameof(sizes));
        }

        sizes.CopyTo(_sizes);
    }

    /// <summary>Looks whether rows are here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void Expect(ReadOnlySpan<int> places)
    {
        foreach (int place in places)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, _groupOfRow.Length);
        }
    }

    /// <summary>The kept prefixes of rows, packed as <see cref="RowValues"/> says.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    public float[] Read(ReadOnlySpan<int> places)
    {
        float[] values = GC.AllocateUninitializedArray<float>(PackedLength(places, isWhole: false));
        int next = 0;
        foreach (int place in places)
        {
            Span<float> prefix = _table[place][..SizeOf(place)];
            prefix.CopyTo(values.AsSpan(next));
            next += prefix.Length;
            if (_firstOrder is not null)
            {
                values[next++] = _firstOrder[place][0];
            }
        }

        return values;
    }

    /// <summary>The numbers that gradients of rows come in.</summary>
    /// <param name="places">The rows.</param>
    /// <param name="isWhole">Whether gradients of whole rows come, as they do while sizes are learned.</param>
    public int PackedLength(ReadOnlySpan<int> places, bool isWhole)
    {
        if (isWhole)
        {
            return places.Length * Width;
        }

        int numbers = places.Length * FirstOrderWidth;
        foreach (int place in places)
        {
            numbers += SizeOf(place);
        }

        return numbers;
    }

    /// <summary>Adds a worker's gradients of a step, packed as the rows are.</summary>
    public void Add(int[] places, ReadOnlySpan<float> packed, bool isWhole)
    {
        int dimension = _table.Dimension;
        Grow(ref _unpacked, places.Length * dimension);
        Grow(ref _unpackedFirstOrder, places.Length * FirstOrderWidth);
        for (int i = 0, next = 0; i < places.Length; i++)
        {
            int size = isWhole ? dimension : SizeOf(places[i]);
            packed.Slice(next, size).CopyTo(_unpacked.AsSpan(i * dimension));
            next += size;
            if (_firstOrder is not null)
            {
                _unpackedFirstOrder[i] = packed[next++];
            }
        }

        Parallel.For(0, _gradients.Count, part =>
        {
            _gradients[part].AddPrefix(new Lookup(places), isWhole ? default : Sizes, _unpacked, dimension);
            if (_firstOrder is not null)
            {
                _firstOrderGradients[part].AddPrefix(new Lookup(places), default, _unpackedFirstOrder, 1);
            }
        });
    }

    /// <summary>∂L/∂m of the groups whose rows were touched, from gradients of whole rows.</summary>
    public MaskGradients MaskGradients()
    {
        int dimension = _table.Dimension;
        float[][] parts = [.. _gradients.Select(_ => new float[_sizes.Length * dimension])];
        Parallel.For(0, parts.Length, part => MaskGradient.Add(_table, _gradients[part], _groupOfRow, parts[part]));
        float[] sums = parts[0];
        foreach (float[] part in parts.Skip(1))
        {
            TensorPrimitives.Add(sums, part, sums);
        }

        int[] groups = TouchedGroups();
        float[] packed = new float[groups.Length * dimension];
        for (int i = 0; i < groups.Length; i++)
        {
            sums.AsSpan(groups[i] * dimension, dimension).CopyTo(packed.AsSpan(i * dimension));
        }

        return new MaskGradients(MemoryMarshal.AsBytes(groups.AsSpan()).ToArray(), WireFloats.Encode(packed, WirePrecision.Fp32));
    }

    /// <summary>Updates the rows with the gradients that were added.</summary>
    public void Apply()
    {
        _optimizer.Step(_table, _gradients, Sizes);
        _firstOrderOptimizer?.Step(_firstOrder!, _firstOrderGradients);
        foreach (RowGradients part in _gradients.Concat(_firstOrderGradients))
        {
            part.Clear();
        }
    }

    /// <summary>Multiplies the configured learning rate.</summary>
    public void ScaleLearningRate(double factor)
    {
        _optimizer.LearningRate = (float)((_config.EmbeddingLearningRate ?? _config.LearningRate) * factor);
        if (_firstOrderOptimizer is not null)
        {
            _firstOrderOptimizer.LearningRate = _optimizer.LearningRate;
        }
    }

    /// <summary>Keeps the sizes as they are from here on.</summary>
    /// <param name="sizes">Of each frequency group.</param>
    /// <param name="isCompact">Whether only the kept prefixes are to take room.</param>
    public void Freeze(ReadOnlySpan<byte> sizes, bool isCompact)
    {
        Resize(sizes);
        if (isCompact)
        {
            Compact();
            _optimizer.Compact(_table);
        }
    }

    /// <summary>The buffers of a checkpoint.</summary>
    public IReadOnlyList<CheckpointTensor> State
    {
        get
        {
            List<CheckpointTensor> tensors = [OfTable(EmbeddingsName, _table)];
            Add(tensors, EmbeddingsName, _optimizer);
            if (_firstOrder is not null)
            {
                tensors.Add(OfTable(FirstOrderName, _firstOrder));
                Add(tensors, FirstOrderName, _firstOrderOptimizer!);
            }

            return tensors;
        }
    }

    /// <summary>The optimizers' steps.</summary>
    public long Steps
    {
        get => _optimizer.Steps;
        set
        {
            _optimizer.Steps = value;
            if (_firstOrderOptimizer is not null)
            {
                _firstOrderOptimizer.Steps = value;
            }
        }
    }

    /// <summary>Name of the embeddings in a checkpoint.</summary>
    public const string EmbeddingsName = "embeddings";

    /// <summary>Name of the first-order weights in a checkpoint.</summary>
    public const string FirstOrderName = "first_order";

    public void Dispose()
    {
        _table.Dispose();
        _optimizer?.Dispose();
        _firstOrder?.Dispose();
        _firstOrderOptimizer?.Dispose();
        foreach (RowGradients part in _gradients.Concat(_firstOrderGradients))
        {
            part.Dispose();
        }
    }

    private static CheckpointTensor OfTable(string name, EmbeddingTable table) =>
        CheckpointTensor.OfMemory(name, table.Pointer, (long)table.ByteLength / sizeof(float));

    private static void Add(List<CheckpointTensor> tensors, string of, SparseOptimizer optimizer) =>
        tensors.AddRange(optimizer.States.Select(state =>
            CheckpointTensor.OfMemory($"optimizer.{of}.{state.Name}", state.Pointer, (long)state.ByteLength / sizeof(float))));

    private static void Grow(ref float[] buffer, int needed)
    {
        if (buffer.Length < needed)
        {
            buffer = GC.AllocateUninitializedArray<float>(Math.Max(needed, 2 * buffer.Length));
        }
    }

    private int[] TouchedGroups()
    {
        var touched = new SortedSet<int>();
        foreach (RowGradients part in _gradients)
        {
            foreach (int row in part.Rows)
            {
                touched.Add(_groupOfRow[row]);
            }
        }

        return [.. touched];
    }

    private int SizeOf(int place) => Math.Min(_sizes[_groupOfRow[place]], (byte)_table.Dimension);

    private SparseOptimizer Optimizer(EmbeddingTable table) => SparseOptimizer.Create(_config.EmbeddingOptimizer, table, new OptimizerOptions
    {
        LearningRate = (float)(_config.EmbeddingLearningRate ?? _config.LearningRate),
        L2 = (float)_config.EmbeddingRegularizer,
    });

    private void Compact()
    {
        EmbeddingTable compact = _table.ToCompact(Sizes);
        _table.Dispose();
        _table = compact;
    }
}
