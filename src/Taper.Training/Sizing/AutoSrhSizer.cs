using Taper.Embeddings;
using Taper.Training.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// AutoSrh (Kong et al., TKDE 2022; DNIS, Cheng et al. 2020): feature values are put in blocks of about equal number by
/// training count, and embeddings are multiplied by a soft selection α, one number for each block and dimension. α is learned
/// on batches of the validation split in turn with all else on the training split, by plain gradient steps: the gradient of a
/// block is divided by its mean magnitude, and α stays within 0 and 1. When sizes freeze, the elements with the largest |α · e| are
/// kept, and the model is trained anew.
/// </summary>
public sealed class AutoSrhSizer : ElementSizer
{
    private readonly Selection _selection;
    private readonly Tensor _blockOfGroup;
    private readonly int[] _blocks;

    /// <summary>The config's number of blocks, all of α at 1.</summary>
    public AutoSrhSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        _blocks = BlocksOf(groups, config.Autosrh.Blocks);
        _blockOfGroup = tensor([.. _blocks.Select(block => (long)block)]).DetachFromDisposeScope();
        _selection = new Selection(ones(config.Autosrh.Blocks, Dimension));
    }

    /// <inheritdoc/>
    public override bool RestartsTraining => true;

    /// <inheritdoc/>
    public override bool IsSoft => IsLearning;

    /// <inheritdoc/>
    public override nn.Module Learned => _selection;

    /// <inheritdoc/>
    public override bool LearnsFromHeldOut => true;

    internal override double? DefaultLearningRate => 1e-3;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress) => IsLearning ? _selection.Alpha.index_select(0, _blockOfGroup) : null;

    internal override void Update(Runs.Adam optimizer)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Step(_selection.Alpha, _selection.Alpha.grad!, optimizer.LearningRate);
    }

    /// <summary>α ← clamp(α − rate · g / mean |g|, 0, 1), the mean over a block's dimensions.</summary>
    internal static void Step(Tensor alpha, Tensor gradient, double rate) =>
        alpha.sub_(gradient / (gradient.abs().mean([1], keepdim: true) + 1e-8) * rate).clamp_(0, 1);

    /// <summary>The block of each group: 0 for the most frequent values, over all vocabularies.</summary>
    internal static int[] BlocksOf(FrequencyGroups groups, int blocks)
    {
        int[] block = new int[groups.Count];
        long[] counts = groups.Counts.ToArray();
        long before = 0;
        foreach (int group in Enumerable.Range(0, groups.Count).OrderByDescending(g => counts[g]))
        {
            block[group] = (int)((before + (groups.Rows[group] / 2)) * blocks / groups.TableRows);
            before += groups.Rows[group];
        }

        return block;
    }

    private protected override EmbeddingTable Scores(SizeSearch search)
    {
        EmbeddingTable table = search.Model.Table;
        using var scope = NewDisposeScope();
        Span<float> selection = _selection.Alpha.detach().contiguous().Floats();
        EmbeddingTable scores = new(table.Rows, Dimension);
        for (int row = 0; row < table.Rows; row++)
        {
            Span<float> ofRow = selection.Slice(_blocks[Groups.GroupOfRow[row]] * Dimension, Dimension);
            System.Numerics.Tensors.TensorPrimitives.Multiply(table[row], ofRow, scores[row]);
        }

        return scores;
    }

    private protected override void DisposeOwned()
    {
        base.DisposeOwned();
        _blockOfGroup.Dispose();
    }

    private sealed class Selection : nn.Module
    {
        public Selection(Tensor start)
            : base(nameof(Selection))
        {
            Alpha = new Parameter(start);
            RegisterComponents();
        }

        public Parameter Alpha { get; }
    }
}
