using System.Diagnostics;

namespace Taper.Training.Runs;

/// <summary>Memory of a run in bytes.</summary>
/// <param name="Embedding">Embedding table, its optimizer's state, and what the sizer learns, with that optimizer's, and a teacher's table.</param>
/// <param name="PeakOfProcess">Peak resident memory of the process.</param>
internal sealed record TrainingMemory(long Embedding, long PeakOfProcess)
{
    private const string Network = "network.", NetworkOptimizer = "optimizer.network.";

    /// <summary>The most of both.</summary>
    public TrainingMemory Or(TrainingMemory other) =>
        new(Math.Max(Embedding, other.Embedding), Math.Max(PeakOfProcess, other.PeakOfProcess));

    /// <summary>What is taken now: of the state that a checkpoint holds, all but the network's.</summary>
    public static TrainingMemory Of(CtrModel model, ModelOptimizers optimizers)
    {
        using Process process = Process.GetCurrentProcess();
        long embedding = ModelState.Of(model).Concat(ModelState.Of(optimizers))
            .Where(tensor => !tensor.Name.StartsWith(Network, StringComparison.Ordinal) && !tensor.Name.StartsWith(NetworkOptimizer, StringComparison.Ordinal))
            .Sum(tensor => tensor.Declaration.ByteLength);
        return new TrainingMemory(embedding + (optimizers.Teacher?.EmbeddingBytes ?? 0), process.PeakWorkingSet64);
    }
}
