using Taper.Embeddings;
using Taper.Embeddings.Storage;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>One buffer of a model's state, wherever it lives: written to a checkpoint and read back in place.</summary>
internal abstract record CheckpointTensor(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape)
{
    public SafetensorsTensor Declaration => new(Name, Dtype, Shape);

    public abstract void WriteTo(SafetensorsWriter writer);

    protected abstract void Load(SafetensorsView view);

    /// <summary>Reads the buffer back, after its type and shape were compared.</summary>
    public void ReadFrom(SafetensorsFile file)
    {
        SafetensorsView view = file.Tensor(Name);
        if (view.Dtype != Dtype || !view.Shape.SequenceEqual(Shape))
        {
            throw new ArtifactException(
                $"Tensor '{Name}' has shape [{string.Join(", ", view.Shape)}] but this model needs " +
                $"[{string.Join(", ", Shape)}]; the checkpoint belongs to another config or dataset.");
        }

        Load(view);
    }

    /// <summary>Native memory that is owned elsewhere.</summary>
    public static unsafe CheckpointTensor OfMemory(string name, float* pointer, params long[] shape) =>
        new Memory(name, (nint)pointer, SafetensorsDtype.F32, shape);

    /// <summary>The first numbers of each row of a table, back to back; written, never read into.</summary>
    public static CheckpointTensor OfPrefixes(string name, EmbeddingTable table, Func<int, int> sizeOf, long count) =>
        new Prefixes(name, table, sizeOf, [count]);

    /// <summary>The bits of a mask.</summary>
    public static CheckpointTensor OfMask(string name, ElementMask mask) => new Bits(name, mask);

    /// <summary>A tensor of 32-bit floats or 64-bit integers, on any device.</summary>
    public static CheckpointTensor OfTensor(string name, Tensor tensor) => new Torch(name, tensor);

    private sealed unsafe record Memory(string Name, nint Pointer, SafetensorsDtype Dtype, IReadOnlyList<long> Shape)
        : CheckpointTensor(Name, Dtype, Shape)
    {
        public override void WriteTo(SafetensorsWriter writer) => writer.Write((void*)Pointer, (nint)Declaration.ByteLength);

        protected override void Load(SafetensorsView view) =>
            Buffer.MemoryCopy(view.Pointer, (void*)Pointer, view.ByteLength, view.ByteLength);
    }

    private sealed unsafe record Bits(string Name, ElementMask Mask)
        : CheckpointTensor(Name, SafetensorsDtype.U8, [Mask.Rows, Mask.RowBytes])
    {
        public override void WriteTo(SafetensorsWriter writer) => writer.Write(Mask.Pointer, (nint)Mask.ByteLength);

        protected override void Load(SafetensorsView view)
        {
            try
            {
                Mask.CopyFrom(view.Pointer);
            }
            catch (FormatException e)
            {
                throw new ArtifactException($"Tensor '{Name}' is damaged: {e.Message}", e);
            }
        }
    }

    private sealed record Prefixes(string Name, EmbeddingTable Table, Func<int, int> SizeOf, IReadOnlyList<long> Shape)
        : CheckpointTensor(Name, SafetensorsDtype.F32, Shape)
    {
        public override void WriteTo(SafetensorsWriter writer)
        {
            for (int row = 0; row < Table.Rows; row++)
            {
                writer.Write<float>(Table[row][..SizeOf(row)]);
            }
        }

        protected override void Load(SafetensorsView view) =>
            throw new NotSupportedException("Prefixes are read back into a compact table.");
    }

    private sealed record Torch(string Name, Tensor Tensor) : CheckpointTensor(Name, DtypeOf(Tensor), Tensor.shape)
    {
        public override void WriteTo(SafetensorsWriter writer)
        {
            using var scope = NewDisposeScope(); // holds what is between: a collection must not free it while native code reads it
            writer.Write(Tensor.detach().cpu().contiguous().bytes);
        }

        protected override unsafe void Load(SafetensorsView view)
        {
            using var noGradient = no_grad();
            using Tensor values = empty(Tensor.shape, Tensor.dtype);
            new ReadOnlySpan<byte>(view.Pointer, checked((int)view.ByteLength)).CopyTo(values.bytes);
            Tensor.copy_(values);
        }

        private static SafetensorsDtype DtypeOf(Tensor tensor) => tensor.dtype switch
        {
            ScalarType.Float32 => SafetensorsDtype.F32,
            ScalarType.Int64 => SafetensorsDtype.I64,
            ScalarType.Byte => SafetensorsDtype.U8,
            _ => throw new NotSupportedException($"A checkpoint cannot hold a tensor of type {tensor.dtype}."),
        };
    }
}
