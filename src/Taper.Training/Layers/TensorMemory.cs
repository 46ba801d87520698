using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Taper.Training.Layers;

/// <summary>Live views of a tensor's memory; the tensor has to be contiguous, on the CPU, and outlive the span.</summary>
internal static class TensorMemory
{
    /// <summary>The tensor's floats, without a copy.</summary>
    public static Span<float> Floats(this Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || !tensor.is_contiguous() || tensor.device_type != TorchSharp.DeviceType.CPU)
        {
            throw new ArgumentException("A contiguous CPU tensor of 32-bit floats is needed.", nameof(tensor));
        }

        return MemoryMarshal.Cast<byte, float>(tensor.bytes);
    }

    /// <summary>A new CPU tensor with these values.</summary>
    public static Tensor ToTensor(this ReadOnlySpan<float> values, params long[] shape)
    {
        Tensor tensor = empty(shape, ScalarType.Float32);
        values.CopyTo(tensor.Floats());
        return tensor;
    }
}
