using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Embeddings.Storage;
using Taper.Training.Networks;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>Lists the buffers that make up a model, and those that make up its optimizers.</summary>
internal static class ModelState
{
    /// <summary>Embeddings, first-order weights, network and sizer parameters.</summary>
    public static unsafe List<CheckpointTensor> Of(CtrModel model)
    {
        EmbeddingTable table = model.Table;
        return Of(model, table.IsCompact
            ? CheckpointTensor.OfMemory("embeddings", table.Pointer, (long)table.ByteLength / sizeof(float))
            : CheckpointTensor.OfMemory("embeddings", table.Pointer, table.Rows, table.Dimension));
    }

    /// <summary>The same with the kept prefixes alone, however the table is laid out: to be written, not to be read into.</summary>
    public static List<CheckpointTensor> OfKept(CtrModel model) =>
        model.Table.IsCompact ? Of(model) : Of(model, CheckpointTensor.OfPrefixes("embeddings", model.Table, model.SizeOf, model.TableParameters));

    private static unsafe List<CheckpointTensor> Of(CtrModel model, CheckpointTensor embeddings)
    {
        List<CheckpointTensor> tensors = [embeddings];
        if (model.FirstOrderTable is { } firstOrder)
        {
            tensors.Add(CheckpointTensor.OfMemory("first_order", firstOrder.Pointer, firstOrder.Rows, 1));
        }

        tensors.AddRange(OfDense(model.Network, model.Sizer));
        if (model.Sizer.Elements is { } elements)
        {
            tensors.Add(CheckpointTensor.OfMask("elements", elements));
        }

        return tensors;
    }

    /// <summary>Network and sizer parameters.</summary>
    public static List<CheckpointTensor> OfDense(CtrNetwork network, Sizer sizer)
    {
        List<CheckpointTensor> tensors = [];
        AddModule(tensors, "network", network);
        AddModule(tensors, "sizer", sizer.Learned);
        return tensors;
    }

    /// <summary>State of the network's optimizer and, where there is one, of the sizer's.</summary>
    public static List<CheckpointTensor> OfAdams(Adam network, Adam? sizer)
    {
        List<CheckpointTensor> tensors = [];
        AddAdam(tensors, "optimizer.network", network);
        AddAdam(tensors, "optimizer.sizer", sizer);
        return tensors;
    }

    /// <summary>State of every optimizer.</summary>
    public static unsafe List<CheckpointTensor> Of(ModelOptimizers optimizers)
    {
        List<CheckpointTensor> tensors = OfAdams(optimizers.Network, optimizers.SizerAdam);
        foreach (var (name, _, state) in RowStatesOf(optimizers))
        {
            tensors.Add(CheckpointTensor.OfMemory(name, state.Pointer, (long)state.ByteLength / sizeof(float)));
        }

        return tensors;
    }

    /// <summary>
    /// State of the tables' optimizers, by the name that a checkpoint has for it, and whether it is of embeddings or of first-order weights.
    /// </summary>
    public static IEnumerable<(string Name, bool IsOfEmbeddings, OptimizerState State)> RowStatesOf(ModelOptimizers optimizers) =>
        from s in SparseOf(optimizers)
        from state in s.Optimizer.States
        select ($"{s.Prefix}.{state.Name}", s.Optimizer == optimizers.Embedding, state);

    /// <summary>Step counters of the optimizers, in a fixed order: one a parameter of Adam, one a table.</summary>
    public static long[] StepsOf(ModelOptimizers optimizers) =>
    [
        .. AdamsOf(optimizers).SelectMany(adam => Enumerable.Repeat(adam.Steps, adam.FirstMoments.Count)),
        .. SparseOf(optimizers).Select(s => s.Optimizer.Steps),
    ];

    /// <summary>Puts <see cref="StepsOf"/> back.</summary>
    /// <exception cref="ArtifactException">They are of other optimizers.</exception>
    public static void RestoreSteps(ModelOptimizers optimizers, IReadOnlyList<long> steps)
    {
        Refuse(steps, steps.Count != StepsOf(optimizers).Length);
        int next = 0;
        foreach (Adam adam in AdamsOf(optimizers))
        {
            adam.Steps = steps[next];
            next += adam.FirstMoments.Count;
        }

        foreach (var (_, optimizer) in SparseOf(optimizers))
        {
            optimizer.Steps = steps[next++];
        }
    }

    /// <summary>Puts those of the network and the tables back, of whatever sizer the others are.</summary>
    /// <exception cref="ArtifactException">They are of other optimizers.</exception>
    public static void RestoreStepsButTheSizers(ModelOptimizers optimizers, IReadOnlyList<long> steps)
    {
        var tables = SparseOf(optimizers).ToList();
        Refuse(steps, steps.Count < optimizers.Network.FirstMoments.Count + tables.Count);
        optimizers.Network.Steps = steps[0];
        for (int i = 0; i < tables.Count; i++)
        {
            tables[i].Optimizer.Steps = steps[steps.Count - tables.Count + i];
        }
    }

    private static void Refuse(IReadOnlyList<long> steps, bool isOfOthers)
    {
        if (isOfOthers || steps.Any(step => step < 0))
        {
            throw new ArtifactException("The checkpoint's steps are not those of this model's optimizers.");
        }
    }

    private static IEnumerable<(string Prefix, SparseOptimizer Optimizer)> SparseOf(ModelOptimizers optimizers)
    {
        yield return ("optimizer.embeddings", optimizers.Embedding);
        if (optimizers.FirstOrder is { } firstOrder)
        {
            yield return ("optimizer.first_order", firstOrder);
        }
    }

    private static IEnumerable<Adam> AdamsOf(ModelOptimizers optimizers) =>
        optimizers.SizerAdam is { } sizer ? [optimizers.Network, sizer] : [optimizers.Network];

    private static void AddModule(List<CheckpointTensor> tensors, string prefix, nn.Module? module)
    {
        foreach (var (name, tensor) in module?.state_dict() ?? [])
        {
            tensors.Add(CheckpointTensor.OfTensor($"{prefix}.{name}", tensor));
        }
    }

    private static void AddAdam(List<CheckpointTensor> tensors, string prefix, Adam? optimizer)
    {
        for (int i = 0; i < optimizer?.FirstMoments.Count; i++)
        {
            tensors.Add(CheckpointTensor.OfTensor($"{prefix}.{i}.exp_avg", optimizer.FirstMoments[i]));
            tensors.Add(CheckpointTensor.OfTensor($"{prefix}.{i}.exp_avg_sq", optimizer.SecondMoments[i]));
        }
    }
}
