using System.Text.Json;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>What a run's folder says of its training on a cluster: the plan, and whether it is still to be done.</summary>
internal sealed class CoordinatorRecord(string runFolder)
{
    private static readonly JsonSerializerOptions Readable = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private string PlanFile => Path.Combine(Folder, "plan.json");

    /// <summary>Where the coordinator keeps its files.</summary>
    public string Folder { get; } = Path.Combine(runFolder, "cluster");

    /// <summary>The plan of a training that was begun and is not over; else null.</summary>
    public TrainingPlan? Unfinished()
    {
        try
        {
            return File.Exists(PlanFile) ? JsonSerializer.Deserialize<TrainingPlan>(File.ReadAllText(PlanFile)) : null;
        }
        catch (JsonException)
        {
            return null; // it was not begun by this Taper
        }
    }

    /// <summary>Keeps the plan. A run that it replaces is one no longer, or a coordinator that comes up elsewhere would resume it.</summary>
    public void Begin(TrainingPlan plan)
    {
        Directory.CreateDirectory(Folder);
        if (!plan.Resume)
        {
            new RunFolder(plan.RunFolder).Forget();
        }

        AtomicFile.Write(PlanFile, stream => JsonSerializer.Serialize(stream, plan));
    }

    /// <summary>Keeps what ran where, and what it carried.</summary>
    public void Keep(ClusterView view) =>
        AtomicFile.Write(Path.Combine(Folder, "traffic.json"), stream => JsonSerializer.Serialize(stream, view, Readable));

    public void End() => File.Delete(PlanFile);
}
