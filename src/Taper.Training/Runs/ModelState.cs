using Taper.Embeddings;
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

        AddModule(tensors, "network", model.Network);
        AddModule(tensors, "sizer", model.Sizer.Learned);
        if (model.Sizer.Elements is { } elements)
        {
            tensors.Add(CheckpointTensor.OfMask("elements", elements));
        }

        return tensors;
    }

    /// <summary>State of every optimizer.</summary>
    public static unsafe List<CheckpointTensor> Of(ModelOptimizers optimizers)
    {
        List<CheckpointTensor> tensors = [];
        AddAdam(tensors, "optimizer.network", optimizers.Network);
        AddAdam(tensors, "optimizer.sizer", optimizers.SizerAdam);
        foreach (var (prefix, optimizer) in SparseOf(optimizers))
        {
            foreach (var state in optimizer.States)
            {
                tensors.Add(CheckpointTensor.OfMemory($"{prefix}.{state.Name}", (float*)state.Pointer, (long)state.ByteLength / sizeof(float)));
            }
        }

        return tensors;
    }

    /// <summary>Step counters of the optimizers, in a fixed order: one a parameter of Adam, one a table.</summary>
    public static long[] StepsOf(ModelOptimizers optimizers) =>
    [
        .. AdamsOf(optimizers).SelectMany(adam => Enumerable.Repeat(adam.Steps, adam.FirstMoments.Count)),
        .. SparseOf(optimizers).Select(s => s.Optimizer.Steps),
    ];

    /// <summary>Puts <see cref="StepsOf"/> back.</summary>
    public static void RestoreSteps(ModelOptimizers optimizers, IReadOnlyList<long> steps)
    {
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

    private static IEnumerable<(string Prefix, Embeddings.Optimizers.SparseOptimizer Optimizer)> SparseOf(ModelOptimizers optimizers)
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
