using System.Numerics.Tensors;
using Taper.Embeddings;
using Taper.Training.Runs;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Taper.Training.Sizing;

/// <summary>
/// OptEmbed (Lyu et al., CIKM 2022): which rows, and how many dimensions for each vocabulary. The supernet keeps a row where
/// S(‖e‖₁ − t_v) = 1, with S the unit step and a learned threshold t_v, and draws the sizes anew in each step; α Σ exp(−t_v)
/// joins the loss. Then <see cref="SizeEvolution"/> searches sizes for the rows that are left, and training starts anew.
/// </summary>
/// <remarks>
/// One draw of sizes for a batch, where the paper draws for each example. Pruned rows are zeros in the supernet; in the
/// retrained model they share their vocabulary's default row (the authors' code has both).
/// </remarks>
public sealed class OptembedSizer : SearchSizer
{
    private readonly Thresholds _thresholds;
    private readonly bool[] _kept;
    private readonly int[] _sizes;
    private EmbeddingTable? _table;

    /// <summary>Thresholds of 0, which keep all rows.</summary>
    /// <param name="groups">A group for each table row.</param>
    /// <param name="config">The embedding size and the budget.</param>
    public OptembedSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _sizes = new int[Groups.VocabularyCount];
        _kept = new bool[Groups.Count];
        _thresholds = new Thresholds(_sizes.Length);
        ParameterLimit.Require(Limit, DefaultRows, config, "a default row for each vocabulary");
    }

    /// <inheritdoc/>
    public override bool HasSizeZero => true;

    /// <inheritdoc/>
    public override bool RestartsTraining => true;

    /// <inheritdoc/>
    public override nn.Module Learned => _thresholds;

    /// <summary>The paper's.</summary>
    internal override double? DefaultLearningRate => 3e-4;

    /// <summary>A pruned row reads as zeros until it is given up for good.</summary>
    internal override bool ReadsDefaultRows => !IsLearning;

    /// <summary>The norm has a gradient in all dimensions of a row, pruned or not.</summary>
    internal override bool UpdatesWholeRows => IsLearning;

    private long DefaultRows => (long)Dimension * _sizes.Length;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress)
    {
        if (IsLearning)
        {
            KeepRows();
            using Tensor drawn = randint(1, Dimension + 1, [_sizes.Length], ScalarType.Int32);
            Use([.. drawn.data<int>()]);
        }

        return null;
    }

    internal override void Attach(EmbeddingTable table) => _table = table;

    /// <summary>
    /// With g = Σ_{j &lt; d} G_j e_j, the gradient of a row's mask: ∂L/∂t_v = −Σ S' g − α exp(−t_v), and S' g sign(e) joins the
    /// row's own gradient, which is G within its size where it is kept.
    /// </summary>
    internal override void LearnFrom(IReadOnlyList<RowGradients> gradients)
    {
        if (!IsLearning)
        {
            return;
        }

        float[] thresholds = _thresholds.Values.data<float>().ToArray();
        float[] slopes = [.. thresholds.Select(t => -(float)(Config.Optembed.Alpha * Math.Exp(-t)))];
        foreach (RowGradients part in gradients)
        {
            for (int slot = 0; slot < part.Count; slot++)
            {
                int row = part.Rows[slot], vocabulary = Groups.Vocabularies[row], size = _sizes[vocabulary];
                Span<float> e = _table![row], gradient = part[slot];
                float dot = TensorPrimitives.Dot<float>(gradient[..size], e[..size]);
                float pull = SlopeOfStep(TensorPrimitives.SumOfMagnitudes<float>(e) - thresholds[vocabulary]) * dot;
                slopes[vocabulary] -= pull;
                gradient[(_kept[row] ? size : 0)..].Clear();
                for (int j = 0; j < gradient.Length; j++)
                {
                    gradient[j] += pull * Math.Sign(e[j]);
                }
            }
        }

        _thresholds.Values.grad = tensor(slopes);
    }

    internal override void Decide(SizeSearch search)
    {
        KeepRows();
        long[] kept = new long[_sizes.Length];
        for (int row = 0; row < _kept.Length; row++)
        {
            kept[Groups.Vocabularies[row]] += _kept[row] ? 1 : 0;
        }

        long limit = Limit - DefaultRows;
        if (kept.Sum() > limit)
        {
            throw new TrainingException(
                $"optembed kept {kept.Sum()} rows, and the budget allows {limit} parameters beside default rows; raise sizing.optembed.alpha, sizing.freeze_epoch or sizing.budget.");
        }

        int seed = randint(int.MaxValue, [1], ScalarType.Int32).item<int>();
        var evolution = new SizeEvolution(kept, Dimension, limit, Config.Optembed, new Random(seed));
        Use(evolution.Best(sizes =>
        {
            Use(sizes);
            return Evaluator.Measure(search.Model, search.Dataset, "validation", "", search.Cancellation).Auc;
        }));
    }

    private protected override void ChooseSizes()
    {
        // Decide has chosen them.
    }

    /// <summary>The paper's long-tailed estimator of the unit step's derivative.</summary>
    internal static float SlopeOfStep(float x) => Math.Abs(x) switch
    {
        <= 0.4f => 2 - (4 * Math.Abs(x)),
        <= 1 => 0.4f,
        _ => 0,
    };

    private void KeepRows()
    {
        float[] thresholds = _thresholds.Values.data<float>().ToArray();
        for (int row = 0; row < _kept.Length; row++)
        {
            _kept[row] = TensorPrimitives.SumOfMagnitudes<float>(_table![row]) > thresholds[Groups.Vocabularies[row]];
        }
    }

    private void Use(int[] sizes)
    {
        for (int v = 0; v < _sizes.Length; v++)
        {
            _sizes[v] = sizes[v];
        }

        for (int row = 0; row < _kept.Length; row++)
        {
            SizeOfGroup[row] = _kept[row] ? (byte)_sizes[Groups.Vocabularies[row]] : (byte)0;
        }
    }

    private sealed class Thresholds : nn.Module
    {
        public Thresholds(int vocabularies)
            : base(nameof(Thresholds))
        {
            Values = nn.Parameter(zeros(vocabularies));
            register_parameter("thresholds", Values);
        }

        public Parameter Values { get; }
    }
}
