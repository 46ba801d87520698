using Taper.Data;
using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>
/// A trained model from which another one learns (Hinton et al. 2015): its predictions join the labels, which say of an
/// example no more than 0 or 1. Owns its model.
/// </summary>
internal sealed class Teacher : IDisposable
{
    private readonly CtrModel _model;
    private readonly float _weight;
    private float[] _targets = [];

    /// <summary>A teacher whose predictions have a weight in [0, 1] beside the labels.</summary>
    public Teacher(CtrModel model, double weight)
    {
        (_model, _weight) = (model, (float)weight);
        model.Network.eval();
    }

    /// <summary>Bytes of its embeddings.</summary>
    public long EmbeddingBytes => (long)_model.Table.ByteLength;

    /// <summary>(1 − weight) · label + weight · prediction of each example: [batch].</summary>
    public Tensor Targets(Batch batch)
    {
        if (_targets.Length < batch.Count)
        {
            _targets = new float[batch.Count];
        }

        Span<float> targets = _targets.AsSpan(0, batch.Count);
        _model.Predict(batch, targets);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = batch.Labels[i] + (_weight * (targets[i] - batch.Labels[i]));
        }

        return ((ReadOnlySpan<float>)targets).ToTensor(batch.Count);
    }

    public void Dispose() => _model.Dispose();
}
