using System.Text;
using System.Text.Json;
using Taper.Embeddings.Storage;
using Taper.Studies.Planning;
using Taper.Studies.Results;

namespace Taper.Studies.Running;

/// <summary>Does one run: trains it, or goes on training, exports its bundle and measures that. A trial is trained only.</summary>
internal sealed class RunExecution(Stages stages, StudyFolder folder, int threads)
{
    /// <exception cref="StageException">A command of it failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what was trained so far is kept.</exception>
    public async Task<RunResult> RunAsync(PlannedRun run, PreparedDataset dataset, Action<string> said, CancellationToken cancellation)
    {
        RunFiles files = folder.Run(run);
        if (File.Exists(files.Result))
        {
            return ResultsFile.Read(files.Result)[0];
        }

        Task<JsonElement> Stage(params string[] arguments) => stages.RunAsync(files.Log, files.Lock, arguments, said, cancellation);

        AtomicFile.Write(files.Config, stream => stream.Write(Encoding.UTF8.GetBytes(run.ConfigYaml)));
        JsonElement train = await Stage(["train", files.Config, "--data", dataset.Folder, "--out", files.Training, .. Resumption(files)]).ConfigureAwait(false);
        RunResult result = RunRow.OfTrial(run, dataset, train, threads);
        if (run.Name.Trial is null)
        {
            await Stage("export", files.Training, "--out", files.Bundle, "--precision", result.Precision).ConfigureAwait(false);
            JsonElement evaluation = await Stage("evaluate", files.Bundle, "--data", dataset.Folder).ConfigureAwait(false);
            result = RunRow.Of(result, train, evaluation, files.Bundle);
        }

        ResultsFile.Write(files.Result, [result]);
        Tidy(run, files);
        return result;
    }

    /// <summary>Goes on where training was stopped. What a kill left before the first sign of a run is in the way of a new one.</summary>
    private static string[] Resumption(RunFiles files)
    {
        if (files.HasTraining)
        {
            return ["--resume"];
        }

        if (Directory.Exists(files.Training))
        {
            Directory.Delete(files.Training, recursive: true);
        }

        return [];
    }

    /// <summary>A finished run needs no checkpoints, and of a trial nothing but its result is wanted.</summary>
    private static void Tidy(PlannedRun run, RunFiles files)
    {
        string rest = run.Name.Trial is null ? files.Checkpoints : files.Training;
        if (Directory.Exists(rest))
        {
            Directory.Delete(rest, recursive: true);
        }
    }
}
