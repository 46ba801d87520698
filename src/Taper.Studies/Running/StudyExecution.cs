using System.Collections.Concurrent;
using Taper.Configuration;
using Taper.Embeddings.Storage;
using Taper.Studies.Planning;
using Taper.Studies.Results;

namespace Taper.Studies.Running;

/// <summary>Prepares datasets and does runs, several at a time; keeps what fails and goes on.</summary>
internal sealed class StudyExecution(Study study, StudyRequest request, StudyFolder folder, StudyResults results, IStudyProgress progress)
{
    private readonly ConcurrentQueue<RunFailure> _failures = new();
    private readonly Stages _stages = new(request.Taper, request.Clock);

    /// <summary>What failed so far, in the order of the runs' names.</summary>
    public IReadOnlyList<RunFailure> Failures => [.. _failures.OrderBy(failure => failure.Name.ToString(), StringComparer.Ordinal)];

    /// <summary>The datasets that can be read; the runs of the others fail.</summary>
    public async Task<IReadOnlyDictionary<string, PreparedDataset>> PrepareAsync(CancellationToken cancellation)
    {
        Dictionary<string, PreparedDataset> prepared = [];
        var datasets = new StudyDatasets(study, folder);
        foreach (string name in study.Config.Datasets.Keys)
        {
            try
            {
                prepared[name] = await datasets.PrepareAsync(name, _stages, line => progress.Message($"{name}: {line}"), cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StageException or ArtifactException or ConfigException)
            {
                string log = e is StageException stage ? stage.Log : "";
                foreach ((Setting setting, long seed) in study.Settings.Where(setting => setting.Dataset == name).SelectMany(_ => study.Config.Seeds, (setting, seed) => (setting, seed)))
                {
                    Fail(new RunName(name, setting.Network, setting.Method, setting.Budget, seed, null), $"the dataset: {e.Message}", log);
                }
            }
        }

        return prepared;
    }

    /// <summary>Does the runs that are not finished.</summary>
    public Task RunAsync(IReadOnlyList<PlannedRun> runs, IReadOnlyDictionary<string, PreparedDataset> datasets, CancellationToken cancellation)
    {
        var execution = new RunExecution(_stages, folder, study.Config.Threads);
        return Parallel.ForEachAsync(
            runs.Where(run => results.Adopt(run) is null),
            new ParallelOptions { MaxDegreeOfParallelism = request.Parallel ?? study.Config.Parallel, CancellationToken = cancellation },
            async (run, stop) =>
            {
                try
                {
                    progress.Started(run.Name);
                    RunResult result = await execution.RunAsync(run, datasets[run.Name.Dataset], line => progress.Said(run.Name, line), stop).ConfigureAwait(false);
                    results.Add(result);
                    progress.Finished(run.Name, result);
                }
                catch (Exception e) when (e is StageException or ArtifactException or IOException)
                {
                    Fail(run.Name, e.Message, folder.Run(run).Log);
                }
            });
    }

    private void Fail(RunName run, string error, string log)
    {
        var failure = new RunFailure(run, error, log);
        _failures.Enqueue(failure);
        progress.Failed(failure);
    }
}
