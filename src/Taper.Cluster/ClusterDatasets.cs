using Taper.Cluster.Preparing;
using Taper.Configuration;
using Taper.Data;
using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;

namespace Taper.Cluster;

/// <summary>Prepares datasets on a cluster: each silo reads some of the files, and the vocabularies are counted in shards.</summary>
public sealed class ClusterDatasets
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // without any file being read
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5); // for a silo that was lost to be given up

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;

    internal ClusterDatasets(IGrainFactory grains, TimeProvider clock)
    {
        _grains = grains;
        _clock = clock;
    }

    /// <summary>
    /// Prepares a dataset; its bytes are those of <see cref="DatasetBuilder.Build"/>. Begins anew where a silo is lost meanwhile. Stopped
    /// together with this process.
    /// </summary>
    /// <param name="plan">What is to be prepared.</param>
    /// <param name="progress">Told at every step; may be null.</param>
    /// <param name="cancellation">Stops the work; nothing is changed then.</param>
    /// <returns>What the dataset holds.</returns>
    /// <exception cref="ConfigException">The configuration contradicts itself, or asks for what needs all examples in one place.</exception>
    /// <exception cref="DataException">The raw input cannot be used, or the disk is full.</exception>
    /// <exception cref="ClusterException">A silo has not enough memory or does not see the files, or nothing came of it for ten minutes.</exception>
    /// <exception cref="Embeddings.Storage.ArtifactException">The output folder cannot be replaced.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Task<DatasetSummary> PrepareAsync(PreparingPlan plan, IProgress<PreparingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Task.Factory.StartNew(() => Prepare(plan, progress, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private DatasetSummary Prepare(PreparingPlan plan, IProgress<PreparingProgress>? progress, CancellationToken cancellation)
    {
        PreparingPlan whole = plan with { BaseFolder = Path.GetFullPath(plan.BaseFolder) };
        var steps = new SeenSteps(progress, _clock);
        while (true)
        {
            try
            {
                return DatasetBuilder.BuildInParts(plan.Config, plan.OutFolder, folder => Fill(whole, folder, steps, cancellation));
            }
            catch (ClusterException e) when (e.Kind == FaultKind.Config)
            {
                throw new ConfigException(e.Message, e);
            }
            catch (ClusterException e) when (e.Kind == FaultKind.Data)
            {
                throw new DataException(e.Message, e);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or PartLostException)
            {
                cancellation.ThrowIfCancellationRequested();
                if (steps.SinceRead > Patience)
                {
                    throw new ClusterException($"No file could be read for {Patience.TotalMinutes:0} minutes: {FailureText.Of(e)}", e);
                }

                steps.BeginAnew(FailureText.Of(e));
                Task.Delay(Pause, _clock, cancellation).GetAwaiter().GetResult();
            }
        }
    }

    private DatasetManifest Fill(PreparingPlan plan, string folder, SeenSteps steps, CancellationToken cancellation)
    {
        IReadOnlyList<IReadOnlyList<FileOfExamples>> hands = PartPlan.Deal(FileOfExamples.Find(plan.Config, plan.BaseFolder), plan.Parts);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PreparingParts parts = new(plan, hands, folder, _grains, _clock, stop);
        try
        {
            return new PartedPreparation(plan.Config, parts.Parts, parts.Shards, folder, steps, stop).Run();
        }
        catch (OperationCanceledException) when (parts.Loss is { } loss)
        {
            throw new PartLostException(loss.Message, loss);
        }
    }
}
