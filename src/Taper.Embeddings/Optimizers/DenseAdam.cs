namespace Taper.Embeddings.Optimizers;

/// <summary>
/// Adam over every row of the table at every step (see <see cref="AdamRule"/>), exactly as torch.optim.Adam over the dense
/// table with weight_decay as L2: rows that the batch did not touch move on by their momentum. The cost follows the
/// table, not the batch.
/// </summary>
internal sealed class DenseAdam(EmbeddingTable table, OptimizerOptions options)
    : SparseOptimizer(table, options, AdamRule.NewStates(table))
{
    public const string Key = "adam";

    private readonly OptimizerOptions options = options;

    public override string Name => Key;

    private protected override void Update<TWidth>(EmbeddingTable table, RowGradients gradients, PrefixSizes sizes) =>
        RowUpdates.All<TWidth, AdamRule>(table, gradients, sizes, new AdamRule(this, options, table.Dimension));
}
