using Taper.Studies.Planning;
using Taper.Studies.Results;

namespace Taper.Studies;

/// <summary>What a study has to do.</summary>
/// <param name="Runs">Its runs in order, and whether each is finished. Those that wait for the search's choice are among them.</param>
/// <param name="Remaining">About how long the missing ones take; null while no run has told.</param>
public sealed record StudyOutlook(IReadOnlyList<(RunName Name, bool IsFinished)> Runs, TimeSpan? Remaining)
{
    /// <summary>The number of finished runs.</summary>
    public int Finished => Runs.Count(run => run.IsFinished);

    internal static StudyOutlook Of(Study study, StudyPlan plan, StudyResults results, int parallel)
    {
        List<(RunName Name, bool IsFinished)> runs = [];
        List<double> seconds = [];
        foreach (Setting setting in study.Settings)
        {
            IReadOnlyList<PlannedRun> measured = plan.Measured(setting);
            foreach (PlannedRun run in plan.Trials(setting).Concat(measured))
            {
                RunResult? result = results.Find(run);
                runs.Add((run.Name, result is not null));
                seconds.AddRange(result is null ? [] : [result.Seconds]);
            }

            if (measured.Count == 0)
            {
                runs.AddRange(study.Config.Seeds.Select(seed =>
                    (new RunName(setting.Dataset, setting.Network, setting.Method, setting.Budget, seed, null), false)));
            }
        }

        int missing = runs.Count(run => !run.IsFinished);
        return new StudyOutlook(runs, seconds.Count == 0 ? null : TimeSpan.FromSeconds(seconds.Average() * Math.Ceiling((double)missing / parallel)));
    }
}
