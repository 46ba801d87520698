using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// What methods share that keep single elements of embeddings instead of a prefix: they train all elements, and at
/// <c>sizing.freeze_epoch</c> keep the share of them that <c>sizing.budget</c> allows, those with the largest scores over the
/// whole table. An element that is not kept is 0 from then on.
/// </summary>
public abstract class ElementSizer : Sizer
{
    private readonly double _budget;

    private protected ElementSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        _budget = config.Budget ?? 1;
        Elements = new ElementMask(groups.TableRows, Dimension);
    }

    /// <inheritdoc/>
    public sealed override bool IsLearning => !IsFrozen;

    internal sealed override ElementMask Elements { get; }

    /// <summary>The number of elements that a share of the table has.</summary>
    private protected long Limit(double share) => (long)Math.Floor(share * Groups.TableRows * Dimension);

    /// <inheritdoc/>
    public override Tensor? Mask(double progress) => null;

    /// <inheritdoc/>
    public sealed override void Freeze() => IsFrozen = true;

    internal override void Check(RunConfig config) => FreezingBudget.Check(config, RestartsTraining);

    internal sealed override void Decide(SizeSearch search)
    {
        EmbeddingTable table = search.Model.Table;
        EmbeddingTable scores = Scores(search);
        Elements.KeepLargest(scores, Limit(_budget));
        if (scores != table)
        {
            scores.Dispose();
        }

        if (!RestartsTraining)
        {
            Prune(table, search.Optimizers.Embedding);
        }
    }

    internal sealed override void TakeOver(Sizer decided)
    {
        base.TakeOver(decided);
        Elements.CopyFrom(((ElementSizer)decided).Elements);
    }

    /// <summary>Numbers whose magnitude says what an element is worth; the model's table itself, or a table that the caller disposes.</summary>
    private protected abstract EmbeddingTable Scores(SizeSearch search);

    /// <summary>Sets what is not kept to 0, for good.</summary>
    private protected void Prune(EmbeddingTable table, SparseOptimizer optimizer)
    {
        Elements.Apply(table);
        Elements.Apply(optimizer);
    }

    private protected override void DisposeOwned() => Elements.Dispose();
}
