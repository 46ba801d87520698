namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Adam over the rows of the batch only (see <see cref="AdamRule"/>): the moments of the other rows stand still. The bias
/// correction goes by the number of steps, not by how often a row was met. As torch.optim.SparseAdam.
/// </summary>
internal sealed class LazyAdam(EmbeddingTable table, OptimizerOptions options)
    : SparseOptimizer(table, options, AdamRule.NewStates(table))
{
    public const string Key = "lazy_adam";

    private readonly OptimizerOptions options = options;

    public override string Name => Key;

    private protected override void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes) =>
        RowUpdates.Touched<TWidth, AdamRule>(table, gradients, sizes, new AdamRule(this, options, table.Dimension));
}
