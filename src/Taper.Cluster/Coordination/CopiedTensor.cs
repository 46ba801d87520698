using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>A tensor as it lies in a file.</summary>
internal sealed unsafe record CopiedTensor(SafetensorsView View) : CheckpointTensor(View.Tensor.Name, View.Dtype, View.Shape)
{
    public override void WriteTo(SafetensorsWriter writer) => writer.Write(View.Pointer, View.ByteLength);

    protected override void Load(SafetensorsView view) => throw new NotSupportedException("A copy is written, not read into.");
}
