using Taper.Embeddings.Storage;
using Taper.Training.Networks;
using Taper.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Natives;

/// <summary>
/// A tensor that is left to the garbage collector may be freed while native code still reads it, which ends the process: every one
/// between two calls of a chain has to be held until its end.
/// </summary>
public sealed class TensorLifetimeTests
{
    [Fact]
    public void Writing_a_tensor_leaves_none_to_the_garbage_collector()
    {
        using Tensor tensor = arange(256, ScalarType.Float32);
        CheckpointTensor buffer = CheckpointTensor.OfTensor("t", tensor);
        using MemoryStream file = new();
        Assert.Equal(0, LeftBy(() => buffer.WriteTo(new SafetensorsWriter(file, [buffer.Declaration]))));
    }

    [Fact]
    public void Exporting_a_tensor_leaves_none_to_the_garbage_collector()
    {
        using Tensor tensor = arange(256, ScalarType.Float32);
        Assert.Equal(0, LeftBy(() => new ExportedWeights().Add("t", tensor)));
    }

    private static long LeftBy(Action action)
    {
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        action();
        return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before;
    }
}
