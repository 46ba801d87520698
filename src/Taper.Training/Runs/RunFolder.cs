using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Taper.Embeddings.Storage;

namespace Taper.Training.Runs;

/// <summary>The files of a run: config, environment, metrics, log, checkpoints and the best model.</summary>
internal sealed class RunFolder
{
    /// <summary>How many of the newest checkpoints are kept.</summary>
    public const int KeptCheckpoints = 2;

    private const string CheckpointPrefix = "step-";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly JsonSerializerOptions JsonLine = new(Json) { WriteIndented = false };

    public RunFolder(string path) => Root = System.IO.Path.GetFullPath(path);

    public string Root { get; }

    public string Best => Path.Combine(Root, "best");

    /// <summary>The model as it was before its sizes were frozen, where that is needed: to go back to, and to learn from.</summary>
    public string FullSize => Path.Combine(Root, "full-size");

    /// <summary>Where something may lie for a moment: beside the run, which a folder that is not empty would be taken for.</summary>
    public string Scratch => Root + ".scratch";

    public string TensorBoard => Path.Combine(Root, "tensorboard");

    private string Checkpoints => Path.Combine(Root, "checkpoints");

    private string Metrics => Path.Combine(Root, "metrics.jsonl");

    private string Result => Path.Combine(Root, "result.json");

    private string Run => Path.Combine(Root, "run.json");

    /// <summary>Whether a run was started here.</summary>
    public bool Exists => File.Exists(Run);

    /// <summary>Lays out a new run; what an earlier run left here is removed.</summary>
    public void Start(RunRecord record, string configYaml, RunEnvironment environment)
    {
        Directory.CreateDirectory(Root);
        foreach (string folder in new[] { Checkpoints, Best, FullSize, TensorBoard }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in new[] { Metrics, Result, Path.Combine(Root, "log.txt") })
        {
            File.Delete(file);
        }

        WriteJson(Path.Combine(Root, "environment.json"), environment);
        AtomicFile.Write(Path.Combine(Root, "config.resolved.yaml"), s => s.Write(System.Text.Encoding.UTF8.GetBytes(configYaml)));
        WriteJson(Run, record);
    }

    /// <summary>Gives up the run that lies here, so that nobody goes on with it; the next one removes the rest.</summary>
    public void GiveUp()
    {
        foreach (string file in new[] { Run, Result }.Where(File.Exists))
        {
            File.Delete(file);
        }
    }

    /// <summary>What was trained here.</summary>
    /// <exception cref="ArtifactException">There is no run here, or it cannot be read.</exception>
    public RunRecord ReadRecord() => ReadJson<RunRecord>(Run, "run folder");

    /// <summary>The result of a finished run, or null.</summary>
    public TrainingResult? ReadResult() => File.Exists(Result) ? ReadJson<TrainingResult>(Result, "run result") : null;

    public void WriteResult(TrainingResult result) => WriteJson(Result, result);

    /// <summary>Appends a line to log.txt.</summary>
    public void Log(DateTimeOffset time, string line) =>
        File.AppendAllText(Path.Combine(Root, "log.txt"), $"{time:yyyy-MM-ddTHH:mm:ssZ} {line}\n");

    /// <summary>Appends an epoch's result to metrics.jsonl.</summary>
    public void AddMetrics(EpochResult result) =>
        File.AppendAllText(Metrics, JsonSerializer.Serialize(result, JsonLine) + "\n");

    /// <summary>Drops the metrics of epochs that a resumed run will do again.</summary>
    public void KeepMetrics(int epochs)
    {
        if (File.Exists(Metrics))
        {
            string[] lines = [.. File.ReadLines(Metrics).TakeWhile(line => EpochOf(line) <= epochs)];
            AtomicFile.Write(Metrics, s => s.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")))));
        }
    }

    /// <summary>Removes what lies in <see cref="Scratch"/>.</summary>
    public void RemoveScratch()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }
    }

    /// <summary>Folder of a checkpoint at a step.</summary>
    public string CheckpointAt(long step) => Path.Combine(Checkpoints, $"{CheckpointPrefix}{step:D12}");

    /// <summary>Checkpoints, newest first.</summary>
    public IReadOnlyList<string> CheckpointsNewestFirst() => Directory.Exists(Checkpoints)
        ? [.. Directory.GetDirectories(Checkpoints, CheckpointPrefix + "*")
            .Where(d => long.TryParse(Path.GetFileName(d)[CheckpointPrefix.Length..], out _)).OrderDescending(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// Removes all but the newest checkpoints and that of the best epoch; one is kept behind the newest in case that is damaged, and the
    /// best epoch's for whoever starts from the run, since it alone has the state that the optimizers had then.
    /// </summary>
    /// <param name="best">The step at which the best epoch ended.</param>
    public void PruneCheckpoints(long best)
    {
        foreach (string old in CheckpointsNewestFirst().Skip(KeptCheckpoints).Where(folder => folder != CheckpointAt(best)))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>The epoch of a line of metrics; beyond all epochs for a line that was cut short.</summary>
    private static int EpochOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["epoch"]?.GetValue<int>() ?? int.MaxValue;
        }
        catch (JsonException)
        {
            return int.MaxValue;
        }
    }

    private static void WriteJson<T>(string path, T value) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Json));

    private static T ReadJson<T>(string path, string what)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new ArtifactException($"{path}: the {what} is empty.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"{path}: no {what} here; name a folder that `taper train --out` made.", e);
        }
        catch (JsonException e)
        {
            throw new ArtifactException($"{path}: the {what} is damaged: {e.Message}", e);
        }
    }
}
