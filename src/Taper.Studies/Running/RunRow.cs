using System.Reflection;
using System.Text.Json;
using Taper.Studies.Planning;

namespace Taper.Studies.Running;

/// <summary>Makes a result's row of what the commands of a run printed.</summary>
internal static class RunRow
{
    /// <summary>The row of a trial: its model on the validation split, and nothing of the test split.</summary>
    public static RunResult OfTrial(PlannedRun run, PreparedDataset dataset, JsonElement train, long threads)
    {
        (string version, string commit) = Build();
        JsonElement validation = train.GetProperty("validation"), embedding = train.GetProperty("embedding");
        return new RunResult
        {
            Dataset = run.Name.Dataset,
            Network = run.Name.Network,
            Method = run.Name.Method,
            Budget = run.Name.Budget,
            Seed = run.Name.Seed,
            Trial = run.Name.Trial,
            Chosen = run.Chosen,
            Precision = run.Precision.ToString().ToLowerInvariant(),
            ValidationAuc = Number(validation, "auc"),
            ValidationLogloss = Number(validation, "logloss"),
            Parameters = embedding.GetProperty("parameters").GetInt64(),
            FixedParameters = embedding.GetProperty("fixedParameters").GetInt64(),
            MeanSize = Number(embedding, "meanSize"),
            Values = dataset.Values,
            TrainingBytes = train.GetProperty("trainingBytes").GetInt64(),
            PeakMemoryBytes = train.GetProperty("peakMemoryBytes").GetInt64(),
            Seconds = Number(train, "seconds"),
            SamplesPerSecond = Number(train, "samplesPerSecond"),
            Epochs = train.GetProperty("epochs").GetInt64(),
            BestEpoch = train.GetProperty("bestEpoch").GetInt64(),
            Threads = threads,
            Hash = run.Hash!,
            Version = version,
            Commit = commit,
        };
    }

    /// <summary>The row of a run: metrics and bytes of its bundle.</summary>
    public static RunResult Of(RunResult trained, JsonElement train, JsonElement evaluation, string bundle)
    {
        JsonElement validation = evaluation.GetProperty("validation"), test = evaluation.GetProperty("test");
        FileInfo[] files = new DirectoryInfo(bundle).GetFiles();
        long bytes = files.Where(file => file.Extension == ".safetensors").Sum(file => file.Length);
        return trained with
        {
            ValidationAuc = Number(validation, "auc"),
            ValidationLogloss = Number(validation, "logloss"),
            TestAuc = Number(test, "auc"),
            TestLogloss = Number(test, "logloss"),
            TestGauc = train.GetProperty("test").TryGetProperty("gauc", out JsonElement gauc) ? gauc.GetDouble() : null,
            TestPredictedOverActual = Number(test, "predictedOverActual"),
            TestCalibrationError = Number(test, "calibrationError"),
            EmbeddingBytes = bytes,
            BundleBytes = files.Sum(file => file.Length),
            BytesPerValue = (double)bytes / trained.Values,
        };
    }

    private static double Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;

    private static (string Version, string Commit) Build()
    {
        string[] parts = (typeof(RunRow).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');
        return (parts[0], parts.ElementAtOrDefault(1) ?? "");
    }
}
