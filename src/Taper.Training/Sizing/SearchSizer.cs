using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>A method that searches for sizes until they are frozen, and decides them then.</summary>
public abstract class SearchSizer : Sizer
{
    private protected SearchSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        Config = config;
        Limit = ParameterLimit.Of(config, groups);
        FreezeEpoch = config.FreezeEpoch ?? throw new ConfigException(
            $"sizing.freeze_epoch: {config.Method} searches for sizes until then; set it below training.epochs.");
    }

    /// <inheritdoc/>
    public sealed override bool IsLearning => !IsFrozen;

    /// <summary>The <c>sizing:</c> section.</summary>
    private protected SizingConfig Config { get; }

    /// <summary>Most parameters that may be exported.</summary>
    private protected long Limit { get; }

    /// <summary>Epochs of the search.</summary>
    private protected double FreezeEpoch { get; }

    /// <inheritdoc/>
    public sealed override void Freeze()
    {
        if (!IsFrozen)
        {
            ChooseSizes();
        }

        IsFrozen = true;
    }

    /// <summary>Sets the sizes that the search has come to, within the limit.</summary>
    private protected abstract void ChooseSizes();
}
