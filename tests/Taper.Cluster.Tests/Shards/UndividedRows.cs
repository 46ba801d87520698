using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Training;

namespace Taper.Cluster.Tests.Shards;

/// <summary>What shards are held against: one table and its optimizer, as in one process.</summary>
internal sealed class UndividedRows : IDisposable
{
    private readonly ShardCase _case;
    private readonly int[] _groupOfRow;
    private readonly SparseOptimizer _optimizer;
    private readonly SparseOptimizer _firstOrderOptimizer;
    private readonly RowGradients _gradients;
    private readonly RowGradients _firstOrderGradients;

    public UndividedRows(ShardCase shardCase, RunConfig config)
    {
        _case = shardCase;
        _groupOfRow = shardCase.Groups.GroupOfRow.ToArray();
        Table = new EmbeddingTable(shardCase.Rows, shardCase.Dimension);
        Table.FillNormal(config.Training.EmbeddingDeviation, (ulong)config.Training.Seed);
        FirstOrder = new EmbeddingTable(shardCase.Rows, 1);
        var options = new OptimizerOptions
        {
            LearningRate = (float)config.Training.LearningRate,
            L2 = (float)config.Training.EmbeddingRegularizer,
        };
        _optimizer = SparseOptimizer.Create(config.Training.EmbeddingOptimizer, Table, options);
        _firstOrderOptimizer = SparseOptimizer.Create(config.Training.EmbeddingOptimizer, FirstOrder, options);
        _gradients = new RowGradients(shardCase.Rows, shardCase.Dimension);
        _firstOrderGradients = new RowGradients(shardCase.Rows, 1);
    }

    public EmbeddingTable Table { get; private set; }

    public EmbeddingTable FirstOrder { get; }

    public void ScaleLearningRate(double factor, double configured) =>
        (_optimizer.LearningRate, _firstOrderOptimizer.LearningRate) = ((float)(configured * factor), (float)(configured * factor));

    /// <summary>Takes a step; returns the mask's gradient where gradients of whole rows come.</summary>
    public float[]? Step(int[] rows, float[] packed, byte[] sizes, bool isWhole)
    {
        int width = _case.Dimension + (_case.HasFirstOrder ? 1 : 0);
        float[] padded = [.. packed, .. new float[_case.Dimension]];
        _gradients.AddPrefix(new Lookup(rows), isWhole ? default : new PrefixSizes(_groupOfRow, sizes), padded, width);
        float[]? mask = null;
        if (isWhole)
        {
            mask = new float[sizes.Length * _case.Dimension];
            MaskGradient.Add(Table, _gradients, _groupOfRow, mask);
        }

        _optimizer.Step(Table, _gradients, new PrefixSizes(_groupOfRow, sizes));
        _gradients.Clear();
        if (_case.HasFirstOrder)
        {
            _firstOrderGradients.AddPrefix(new Lookup(rows), default, [.. rows.Select((_, i) => packed[((i + 1) * width) - 1])], 1);
            _firstOrderOptimizer.Step(FirstOrder, _firstOrderGradients);
            _firstOrderGradients.Clear();
        }

        return mask;
    }

    public void Compact(byte[] sizes)
    {
        EmbeddingTable compact = Table.ToCompact(new PrefixSizes(_groupOfRow, sizes));
        Table.Dispose();
        Table = compact;
        _optimizer.Compact(compact);
    }

    /// <summary>A row's numbers as they are packed.</summary>
    public float[] Row(int row, int size) => [.. Table[row][..size], .. _case.HasFirstOrder ? FirstOrder[row] : default];

    public void Dispose()
    {
        Table.Dispose();
        FirstOrder.Dispose();
        _optimizer.Dispose();
        _firstOrderOptimizer.Dispose();
        _gradients.Dispose();
        _firstOrderGradients.Dispose();
    }
}
