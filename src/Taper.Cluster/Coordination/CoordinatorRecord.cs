using System.Text.Json;
using Taper.Embeddings.Storage;

namespace Taper.Cluster.Coordination;

/// <summary>What a run's folder says of its training on a cluster: the plan, and whether it is still to be done.</summary>
internal sealed class CoordinatorRecord(string runFolder)
{
    private static readonly JsonSerializerOptions Readable = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private string PlanFile => Path.Combine(Folder, "plan.json");

    private string LastPlanFile => Path.Combine(Folder, "last-plan.json");

    private string FailureFile => Path.Combine(Folder, "failure.txt");

    /// <summary>What was wrong with the training that was begun last, where it failed; else null.</summary>
    public string? Failure => File.Exists(FailureFile) ? File.ReadAllText(FailureFile) : null;

    /// <summary>Where the coordinator keeps its files.</summary>
    public string Folder { get; } = Path.Combine(runFolder, "cluster");

    /// <summary>The plan of a training that was begun and is not over; else null.</summary>
    public TrainingPlan? Unfinished() => PlanIn(PlanFile);

    /// <summary>The plan of the training that was begun last, over or not; null where there was none.</summary>
    public TrainingPlan? Last() => Unfinished() ?? PlanIn(LastPlanFile);

    public void Begin(TrainingPlan plan)
    {
        Directory.CreateDirectory(Folder);
        File.Delete(FailureFile);
        AtomicFile.Write(PlanFile, stream => JsonSerializer.Serialize(stream, plan));
    }

    /// <summary>Keeps what ran where, and what it carried.</summary>
    public void Keep(ClusterView view) =>
        AtomicFile.Write(Path.Combine(Folder, "traffic.json"), stream => JsonSerializer.Serialize(stream, view, Readable));

    /// <summary>Keeps what was wrong: the coordinator may be gone before anybody hears of it.</summary>
    public void KeepFailure(string message) => AtomicFile.Write(FailureFile, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(message)));

    public void End() => File.Move(PlanFile, LastPlanFile, overwrite: true);

    private static TrainingPlan? PlanIn(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingPlan>(File.ReadAllText(file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null; // it was not begun, or not by this Taper
        }
    }
}
