using Taper.Configuration;
using Taper.Studies.Results;
using Taper.Training;

namespace Taper.Studies.Planning;

/// <summary>The runs of a study on the datasets that are prepared, and what the search has chosen so far.</summary>
internal sealed class StudyPlan(Study study, IReadOnlyDictionary<string, string> fingerprints, StudyResults results)
{
    private static readonly Dictionary<string, ConfigText> Nothing = [];

    /// <summary>The trials of a setting; none without a search.</summary>
    public IReadOnlyList<PlannedRun> Trials(Setting setting) => study.Draws.TryGetValue(setting, out var draws)
        ? [.. draws.Select((draw, trial) => Run(setting, study.Config.Search!.Seed, trial, draw))]
        : [];

    /// <summary>The measured runs of a setting with what the search chose; none while no trial is finished.</summary>
    public IReadOnlyList<PlannedRun> Measured(Setting setting)
    {
        if (!study.Draws.TryGetValue(setting, out var draws))
        {
            return [.. study.Config.Seeds.Select(seed => Run(setting, seed, null, Nothing))];
        }

        PlannedRun? best = Trials(setting)
            .Where(trial => results.Find(trial) is { ValidationAuc: not double.NaN })
            .MaxBy(trial => results.Find(trial)!.ValidationAuc);
        return best is null ? [] : [.. study.Config.Seeds.Select(seed => Run(setting, seed, null, draws[best.Name.Trial!.Value]))];
    }

    private PlannedRun Run(Setting setting, long seed, int? trial, IReadOnlyDictionary<string, ConfigText> chosen)
    {
        (RunConfig config, string yaml) = study.Runs.Of(setting, seed, chosen);
        StudyMethod method = study.Config.Methods[setting.Method];
        return new PlannedRun
        {
            Name = new RunName(setting.Dataset, setting.Network, setting.Method, setting.Budget, seed, trial),
            ConfigYaml = yaml,
            Chosen = string.Join(' ', chosen.Select(entry => $"{entry.Key}={entry.Value}")),
            Precision = method.Precision,
            Hash = fingerprints.TryGetValue(setting.Dataset, out string? fingerprint) ? RunIdentity.Of(config, fingerprint, method.Precision) : null,
        };
    }
}
