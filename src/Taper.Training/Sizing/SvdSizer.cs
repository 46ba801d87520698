using Taper.Embeddings;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// Truncated singular value decomposition after training: the whole table is trained until <c>freeze_epoch</c>; then the rows
/// E = U Σ Vᵀ of each vocabulary become E V_r, r numbers each, and the network projects them back with V_rᵀ, which is the
/// closest that r dimensions can come (Eckart and Young 1936). Training goes on with both factors.
/// </summary>
/// <remarks>
/// Ranks are raised where a parameter keeps most of the energy Σ σ². V and σ² are the eigenvectors and eigenvalues of
/// Eᵀ E, [D × D] however many rows there are.
/// </remarks>
public sealed class SvdSizer : SearchSizer
{
    private readonly Dictionary<int, float[]> _projections = [];
    private EmbeddingTable? _table;

    /// <summary>The full size for every value, until sizes are frozen.</summary>
    public SvdSizer(FrequencyGroups groups, SizingConfig config)
        : base(OneOfEachVocabulary(groups), config)
    {
        _ = new ProjectedSizes(Groups.RowsOfVocabularies(), config).Within(Limit, []);
    }

    /// <inheritdoc/>
    public override bool IsProjected => !IsLearning;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress) => null;

    internal override void Attach(EmbeddingTable table) => _table = table;

    /// <summary>V_r, [D × r]; null where all D dimensions are kept.</summary>
    internal override float[]? ProjectionOf(int vocabulary) => _projections.GetValueOrDefault(vocabulary);

    private protected override void ChooseSizes()
    {
        using var scope = NewDisposeScope();
        long[] rows = Groups.RowsOfVocabularies();
        (double[] Energy, double[,] Vectors)[] factors = [.. rows.Select((_, v) => Factors(v))];
        var order =
            from vocabulary in Enumerable.Range(0, rows.Length)
            from rank in Enumerable.Range(1, Dimension - 1)
            orderby factors[vocabulary].Energy[rank] / (rows[vocabulary] + Dimension) descending
            select (vocabulary, rank);
        int[] ranks = new ProjectedSizes(rows, Config).Within(Limit, order);
        for (int v = 0; v < ranks.Length; v++)
        {
            SizeOfGroup[v] = (byte)ranks[v];
            if (ranks[v] < Dimension)
            {
                Truncate(v, ranks[v], factors[v].Vectors);
            }
        }
    }

    private static FrequencyGroups OneOfEachVocabulary(FrequencyGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return groups.ByVocabulary();
    }

    private IEnumerable<int> RowsOf(int vocabulary) =>
        Enumerable.Range(0, Groups.TableRows).Where(row => Groups.GroupOfRow[row] == vocabulary);

    /// <summary>σ², largest first, and V with a column for each.</summary>
    private (double[] Energy, double[,] Vectors) Factors(int vocabulary)
    {
        double[,] products = new double[Dimension, Dimension];
        foreach (int row in RowsOf(vocabulary))
        {
            ReadOnlySpan<float> e = _table![row];
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j < Dimension; j++)
                {
                    products[i, j] += (double)e[i] * e[j];
                }
            }
        }

        (Tensor energy, Tensor vectors) = linalg.eigh(tensor(products)); // ascending
        double[] ascending = energy.data<double>().ToArray();
        double[,] sorted = new double[Dimension, Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            for (int k = 0; k < Dimension; k++)
            {
                sorted[i, k] = vectors[i, Dimension - 1 - k].item<double>();
            }
        }

        return ([.. ascending.Reverse()], sorted);
    }

    private void Truncate(int vocabulary, int rank, double[,] vectors)
    {
        float[] projection = new float[Dimension * rank];
        for (int i = 0; i < projection.Length; i++)
        {
            projection[i] = (float)vectors[i / rank, i % rank];
        }

        _projections[vocabulary] = projection;
        foreach (int row in RowsOf(vocabulary))
        {
            Span<float> e = _table![row];
            float[] whole = e.ToArray();
            e.Clear();
            for (int k = 0; k < rank; k++)
            {
                double sum = 0;
                for (int i = 0; i < whole.Length; i++)
                {
                    sum += whole[i] * vectors[i, k];
                }

                e[k] = (float)sum;
            }
        }
    }
}
