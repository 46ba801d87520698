using Taper.Configuration;
using Taper.Training;
using Taper.Training.Networks;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Cluster.Coordination;

/// <summary>What a cluster cannot train, said before anything is.</summary>
internal static class ClusterLimits
{
    /// <exception cref="ConfigException">The config asks for it.</exception>
    public static void Check(TrainingRequest request, Sizer sizer, TrainingPlan plan)
    {
        RunConfig config = request.Config;
        if (sizer is (RuleSizer or MaskSizer)
            and { Sharing: null, Elements: null, IsProjected: false, RestartsTraining: false, FreezesWhenSettled: false }
            and { ChangesCoordinates: false, LearnsFromHeldOut: false, HasSizeZero: false, IsSoft: false, View: null, UpdatesWholeRows: false })
        {
            sizer.Check(config);
        }
        else
        {
            throw new ConfigException(
                $"sizing.method: a cluster trains fixed, frequency_rule, and amtl or single_aml with straight_through and without size_zero; {config.Sizing.Method} as it is set here needs one process (taper train).");
        }

        if (!config.Import.IsEmpty && request.InitFrom is null)
        {
            throw new ConfigException("import: says what weights of another program are, and none are named; add --init-from, or drop the section.");
        }

        if (config.Training is { FreezeEmbeddings: > 0 } or { FreezeNetwork: > 0 })
        {
            throw new ConfigException("training.freeze_embeddings, training.freeze_network: a cluster trains all parts from the start; leave them out.");
        }

        if (config.Training.Device != "cpu")
        {
            throw new ConfigException($"training.device: a cluster computes on cpu; '{config.Training.Device}' needs one process (taper train).");
        }

        if (plan is { Workers: < 1 } or { Shards: < 1 })
        {
            throw new ConfigException($"A training takes 1 or more workers and shards; the plan has {plan.Workers} and {plan.Shards}.");
        }

        if (plan.Workers > config.Training.BatchSize)
        {
            throw new ConfigException($"training.batch_size: {plan.Workers} workers share a batch of {config.Training.BatchSize}; raise it, or name fewer workers.");
        }
    }

    /// <exception cref="ConfigException">The network needs the whole batch in one place.</exception>
    public static void Check(CtrNetwork network, TrainingPlan plan)
    {
        if (plan.Workers > 1 && network.buffers().Any())
        {
            throw new ConfigException("network.batch_norm: it normalises over the whole batch, which several workers share; switch it off, or use one worker.");
        }
    }
}
