using Taper.Configuration;

namespace Taper.Studies;

/// <summary>
/// How hyper-parameters are chosen: the same number of trials for every method at each dataset, network and budget; the best
/// by validation AUC is run with all seeds.
/// </summary>
public sealed record StudySearch
{
    /// <summary>Trials of each setting.</summary>
    [ConfigKey("trials of each setting", Min = 1, Max = 10000)]
    public required int Trials { get; init; }

    /// <summary>Seed of the draws, and <c>training.seed</c> of the trials.</summary>
    [ConfigKey("seed of the draws and of the trials' training")]
    public long Seed { get; init; }

    /// <summary>What is varied for every method; null: each method's own space alone.</summary>
    [ConfigKey("what is varied for every method; null: each method's own space alone")]
    public SearchSpace? Space { get; init; }
}
