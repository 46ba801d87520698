using System.Buffers;
using System.Buffers.Binary;

namespace Taper.Server.Protocols.Tensors;

/// <summary>Tensors as raw little-endian numbers, and texts with their lengths before them.</summary>
internal static class BinaryTensors
{
    /// <summary>Says where each tensor's bytes lie: one after another, in the order of the inputs.</summary>
    /// <exception cref="RequestException">400: they are more or fewer than there are.</exception>
    public static void Place(IReadOnlyList<TensorHeader> inputs, int available)
    {
        long at = 0;
        foreach (TensorHeader input in inputs)
        {
            if (input.BinarySize is int size)
            {
                input.Start = (int)Math.Min(at, available);
                at += size;
            }
        }

        if (at != available)
        {
            throw RequestException.Bad($"The inputs' binary data is {at} bytes by 'binary_data_size', but {available} follow the JSON.");
        }
    }

    /// <summary>Gives a tensor its elements.</summary>
    /// <exception cref="RequestException">400: the bytes do not fit the shape.</exception>
    public static void Read(InputTensor tensor, ReadOnlySpan<byte> bytes)
    {
        int width = TensorTypes.Width(tensor.Datatype);
        if (width == 0)
        {
            ReadTexts(tensor, bytes);
            return;
        }

        if (bytes.Length != (long)tensor.Count * width)
        {
            throw RequestException.Bad($"The input '{tensor.Name}' has {bytes.Length} bytes; {tensor.Count} elements of {tensor.Datatype} are {(long)tensor.Count * width}.");
        }

        for (; !bytes.IsEmpty; bytes = bytes[width..])
        {
            switch (tensor.Datatype)
            {
                case TensorTypes.Int32:
                    tensor.Add((long)BinaryPrimitives.ReadInt32LittleEndian(bytes));
                    break;
                case TensorTypes.Int64:
                    tensor.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                    break;
                case TensorTypes.Fp32:
                    tensor.Add((double)BinaryPrimitives.ReadSingleLittleEndian(bytes));
                    break;
                default:
                    tensor.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
                    break;
            }
        }
    }

    /// <summary>Appends scores.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<float> scores)
    {
        Span<byte> bytes = output.GetSpan(Math.Max(1, scores.Length * sizeof(float)));
        for (int i = 0; i < scores.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], scores[i]);
        }

        output.Advance(scores.Length * sizeof(float));
    }

    private static void ReadTexts(InputTensor tensor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            uint length = bytes.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (length > bytes.Length - sizeof(uint))
            {
                throw RequestException.Bad($"The input '{tensor.Name}' ends within an element.");
            }

            tensor.Add(bytes.Slice(sizeof(uint), (int)length));
            bytes = bytes[(sizeof(uint) + (int)length)..];
        }
    }
}
