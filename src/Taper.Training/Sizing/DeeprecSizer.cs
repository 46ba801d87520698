using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>
/// The rule of DeepRec's dynamic-dimension embedding variables (Alibaba; its model zoo's DIEN): an embedding is 0 to n
/// blocks of D/n dimensions, and the values with at least i blocks are the first (p^(n+1−i) − 1) / (p^(n+1) − 1) by rank of
/// frequency, with the p that meets the compression ratio.
/// </summary>
/// <remarks>
/// DeepRec decays its counts as it trains on a stream; a training split that is read again and again has one count for
/// each value. It ranks the values of one variable; here those of all vocabularies are ranked together, so that a
/// vocabulary of a few frequent values keeps its blocks. A value without a block shares its vocabulary's default row,
/// where DeepRec reads zeros.
/// </remarks>
public sealed class DeeprecSizer : RuleSizer
{
    /// <summary>Sizes that meet the config's budget.</summary>
    /// <exception cref="ConfigException">There is no budget, default rows alone exceed it, or the blocks do not make up D.</exception>
    public DeeprecSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        int blocks = config.Deeprec.Blocks;
        if (Dimension % blocks != 0)
        {
            throw new ConfigException($"sizing.deeprec.blocks: {blocks} equal blocks do not make up {Dimension} dimensions (sizing.embedding_dim).");
        }

        long limit = ParameterLimit.Of(config, groups);
        long defaultRows = (long)Dimension * groups.VocabularyCount;
        ParameterLimit.Require(limit, defaultRows, config, "a default row for each vocabulary");
        int[] sizes = [.. Enumerable.Range(0, blocks + 1).Select(c => (blocks - c) * (Dimension / blocks))];
        new RankClasses(groups, sizes).Within(limit - defaultRows).CopyTo(SizeOfGroup, 0);
    }

    /// <inheritdoc/>
    public override bool HasSizeZero => true;
}
