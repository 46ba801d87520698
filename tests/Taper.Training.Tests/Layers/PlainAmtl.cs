using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Training.Layers;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Layers;

/// <summary>
/// AMTL as the paper's equations say it, in plain autograd and one occurrence at a time: the table is a tensor, the
/// masks are multiplied, nothing is fused. Slow, and obvious.
/// </summary>
internal sealed class PlainAmtl
{
    private readonly Sizer _sizer;
    private readonly SizingConfig _config;
    private readonly IReadOnlyList<EmbeddedField> _fields;
    private readonly Dictionary<string, Tensor> _weights = [];

    public PlainAmtl(EmbeddingTable table, Sizer sizer, SizingConfig config, IReadOnlyList<EmbeddedField> fields)
    {
        _sizer = sizer;
        _config = config;
        _fields = fields;
        float[] values = new float[table.Rows * table.Dimension];
        for (int row = 0; row < table.Rows; row++)
        {
            table[row].CopyTo(values.AsSpan(row * table.Dimension));
        }

        Rows = tensor(values, [table.Rows, table.Dimension], requires_grad: true);
        foreach (var (name, weight) in sizer.Learned?.named_parameters() ?? [])
        {
            _weights.Add(name, weight.detach().clone().requires_grad_(true));
        }
    }

    /// <summary>The table, [rows × D].</summary>
    public Tensor Rows { get; }

    /// <summary>The sizer's weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>[batch × fields · D].</summary>
    public Tensor Forward(Batch batch)
    {
        Tensor mask = Mask();
        List<Tensor> examples = [];
        for (int i = 0; i < batch.Count; i++)
        {
            examples.Add(cat([.. Enumerable.Range(0, _fields.Count).Select(f => Pooled(batch, f, i, mask))], 0));
        }

        return stack(examples);
    }

    private int Choices => _config.EmbeddingDim + (_config.SizeZero ? 1 : 0);

    private int Smallest => _config.SizeZero ? 0 : 1;

    private Tensor Pooled(Batch batch, int field, int example, Tensor mask)
    {
        ReadOnlySpan<int> offsets = batch.Offsets(field);
        int first = offsets.IsEmpty ? example : offsets[example], end = offsets.IsEmpty ? example + 1 : offsets[example + 1];
        Tensor values = stack([.. batch.Rows(field)[first..end].ToArray().Select(row => Masked(row, field, mask))]);
        return _fields[field].Pooling == Pooling.Mean && !offsets.IsEmpty ? values.mean([0]) : values.sum(dim: 0);
    }

    /// <summary>ê = m ⊙ e, and with size zero the default row's share.</summary>
    private Tensor Masked(int row, int field, Tensor mask)
    {
        int dimension = _config.EmbeddingDim;
        Tensor m = mask[_sizer.Groups.GroupOfRow[row]];
        Tensor kept = m.narrow(0, 0, dimension) * Rows[row];
        return _config.SizeZero
            ? kept + (m[dimension] * Rows[_sizer.Groups.TableRows + _fields[field].Vocabulary])
            : kept;
    }

    private Tensor Mask()
    {
        if (_sizer is not MaskSizer learned)
        {
            return ones(_sizer.Groups.Count, _config.EmbeddingDim);
        }

        Tensor x = Features();
        Tensor z = _config.Method == "amtl" ? Twins(x) : Mlp("", x);
        Tensor p = ((z - (arange(Choices, ScalarType.Float32) * learned.Price)) / _config.Temperature).softmax(1);
        Tensor t = _config.StraightThrough ? p + (OneHot() - p).detach() : p;
        Tensor m = t.matmul(Prefixes());
        Tensor scale = tensor([.. _sizer.Groups.Rows.ToArray().Select(rows => _config.Budget is null ? 1f : 1f / rows)]).unsqueeze(1);
        return (m * scale) + (m * (1 - scale)).detach();
    }

    private Tensor Twins(Tensor x)
    {
        Tensor alpha = x.narrow(1, 0, 1).sigmoid();
        return (alpha * Mlp("frequent.", x)) + ((1 - alpha) * Mlp("rare.", x));
    }

    private Tensor Mlp(string prefix, Tensor x)
    {
        Tensor hidden = (x.matmul(Weight(prefix + "_layers.hidden0.weight").t()) + Weight(prefix + "_layers.hidden0.bias")).relu();
        return hidden.matmul(Weight(prefix + "_output.weight").t()) + Weight(prefix + "_output.bias");
    }

    private Tensor Weight(string name) => _weights.TryGetValue(name, out Tensor? weight)
        ? weight
        : throw new KeyNotFoundException($"{name} is not among {string.Join(", ", _weights.Keys)}");

    /// <summary>One-hot of the sizes that the sizer decided on; how it decides is tested apart.</summary>
    private Tensor OneHot() => nn.functional.one_hot(
        tensor([.. _sizer.Sizes.ToArray().Select(size => (long)size - Smallest)]), Choices).to(ScalarType.Float32);

    /// <summary>M[s, j] = 1 where choice s keeps dimension j; the last column marks size zero.</summary>
    private Tensor Prefixes()
    {
        int dimension = _config.EmbeddingDim, columns = dimension + (_config.SizeZero ? 1 : 0);
        float[,] prefixes = new float[Choices, columns];
        for (int choice = 0; choice < Choices; choice++)
        {
            for (int j = 0; j < choice + Smallest; j++)
            {
                prefixes[choice, j] = 1;
            }
        }

        if (_config.SizeZero)
        {
            prefixes[0, dimension] = 1;
        }

        return tensor(prefixes);
    }

    /// <summary>Standardised log(1 + count), centred rank percentile, standardised log vocabulary size.</summary>
    private Tensor Features()
    {
        FrequencyGroups groups = _sizer.Groups;
        int[] vocabularies = groups.Vocabularies.ToArray(), rows = groups.Rows.ToArray();
        Tensor counts = tensor(groups.Counts.ToArray()).to(ScalarType.Float64);
        Tensor sizes = tensor([.. vocabularies.Select(v => (double)vocabularies.Zip(rows).Where(g => g.First == v).Sum(g => g.Second))]);
        Tensor ranks = tensor(groups.Ranks.ToArray()).to(ScalarType.Float64);
        return stack([Standardised((counts + 1).log()), (ranks - 0.5) * 2, Standardised(sizes.log())], 1).to(ScalarType.Float32);
    }

    private static Tensor Standardised(Tensor x) => (x - x.mean()) / x.std(unbiased: false);
}
