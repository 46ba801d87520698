using System.Globalization;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Training.Runs;

namespace Taper.Cli.Cluster;

/// <summary>Shows a training on a cluster as any other, and where its parts are whenever that changes.</summary>
internal sealed class ClusterDisplay(Shell shell, ITrainingProgress progress) : IClusterProgress
{
    private string _placed = "";

    /// <summary>What was seen last; null before anything was.</summary>
    public ClusterView? Cluster { get; private set; }

    public void StepDone(TrainingStep state) => progress.StepDone(state);

    public void EpochDone(EpochResult result) => progress.EpochDone(result);

    public void Message(string text) => progress.Message(text);

    public void ClusterSeen(ClusterView view)
    {
        Cluster = view;
        string placed = string.Join(", ", view.Silos.Select(silo => $"{silo.Name} ({Parts(silo.Workers, "worker")}, {Parts(silo.Shards, "shard")})"));
        if (placed != _placed && placed.Length > 0)
        {
            _placed = placed;
            shell.Say($"{Parts(view.Silos.Count, "silo")}: {placed}");
        }
    }

    /// <summary>Follows a training with a display that fits the shell, and says at the end where its time went.</summary>
    public static TrainingResult Follow(Shell shell, ClusterTrainings trainings, string runFolder, CancellationToken cancellation) =>
        TrainingDisplay.Show(shell, TimeProvider.System, progress =>
        {
            var display = new ClusterDisplay(shell, progress);
            TrainingResult result = trainings.FollowAsync(runFolder, display, cancellation).GetAwaiter().GetResult();
            if (display.Cluster is { Traffic.Steps: > 0 } cluster)
            {
                shell.Say(TextOf(cluster));
            }

            return result;
        });

    private static string TextOf(ClusterView cluster)
    {
        WorkerTraffic traffic = cluster.Traffic;
        double seconds = traffic.ComputeSeconds + traffic.PullSeconds + traffic.PushSeconds + traffic.ApplySeconds + traffic.WaitSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"a worker's step: {1000 * seconds / traffic.Steps:0.0} ms ({traffic.ComputeSeconds / seconds:0%} compute, {(traffic.PullSeconds + traffic.PushSeconds) / seconds:0%} wire, {traffic.ApplySeconds / seconds:0%} update, {traffic.WaitSeconds / seconds:0%} wait), {ByteText.Of(traffic.EmbeddingBytes / traffic.Steps)} of embeddings and {ByteText.Of(traffic.DenseBytes / traffic.Steps)} of the network on the wire");
    }

    private static string Parts(int count, string name) => count == 1 ? $"1 {name}" : $"{count} {name}s";
}
