using Taper.Embeddings;
using Taper.Training.Tapering;

namespace Taper.Training.Sizing;

/// <summary>
/// As <see cref="MeasuredSizer"/>, but single elements of the aligned embeddings are kept instead of a prefix: those of the
/// whole table that the loss would miss most (<see cref="Saliency"/>). What is not kept is 0.
/// </summary>
public sealed class MeasuredElementSizer : ElementSizer
{
    private readonly TaperConfig _config;
    private readonly double _budget;

    /// <summary>A sizer that keeps everything until elements are measured.</summary>
    /// <param name="groups">A group for each table row.</param>
    /// <param name="config">The embedding size and the budget.</param>
    public MeasuredElementSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config) => (_config, _budget) = (config.Taper, config.Budget ?? 1);

    /// <inheritdoc/>
    public override bool FreezesWhenSettled => true;

    internal override bool ChangesCoordinates => true;

    internal override double Distillation => _config.Distillation;

    internal override void Check(RunConfig config)
    {
    }

    private protected override EmbeddingTable Scores(SizeSearch search) =>
        Taperer.Prepare(search, new ElementCut(Elements, Limit(_budget))).Roots(search.Model.Table);
}
