using Taper.Data;
using Taper.Embeddings.Optimizers;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>The optimizers of one model, a learning rate each: dense network, sizer, embeddings, first-order weights.</summary>
internal sealed class ModelOptimizers : IDisposable
{
    private readonly CtrModel _model;
    private readonly TrainingConfig _config;

    public ModelOptimizers(CtrModel model, TrainingConfig config)
    {
        _model = model;
        _config = config;
        Network = new Adam(model.Network, config.LearningRate, config.WeightDecay);
        SizerAdam = model.Sizer.Learned is { } module ? new Adam(module, config.SizerLearningRate ?? config.LearningRate, 0) : null;
        Embedding = Sparse(model.Table);
        FirstOrder = model.FirstOrderTable is { } table ? Sparse(table) : null;
    }

    public Adam Network { get; }

    public Adam? SizerAdam { get; }

    public SparseOptimizer Embedding { get; }

    public SparseOptimizer? FirstOrder { get; }

    /// <summary>Multiplies every learning rate's configured value.</summary>
    public void ScaleLearningRates(double factor)
    {
        Network.LearningRate = _config.LearningRate * factor;
        if (SizerAdam is not null)
        {
            SizerAdam.LearningRate = (_config.SizerLearningRate ?? _config.LearningRate) * factor;
        }

        Embedding.LearningRate = (float)((_config.EmbeddingLearningRate ?? _config.LearningRate) * factor);
        if (FirstOrder is not null)
        {
            FirstOrder.LearningRate = Embedding.LearningRate;
        }
    }

    /// <summary>One training step: forward, backward, update. Returns the mean logloss of the batch.</summary>
    public float Step(Batch batch, double progress)
    {
        using var scope = NewDisposeScope();
        Network.ForgetGradients();
        SizerAdam?.ForgetGradients();
        Tensor? mask = _model.Sizer.Mask(progress);
        Tensor logits = _model.Logits(batch, mask);
        Tensor labels = Layers.TensorMemory.ToTensor(batch.Labels, batch.Count).to(logits.device);
        Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits, labels);
        loss.backward();
        Update(sizerLearns: mask is not null);
        return loss.item<float>();
    }

    /// <summary>Goes on with the model's compact table.</summary>
    public void Compact() => Embedding.Compact(_model.Table);

    public void Dispose()
    {
        Network.Dispose();
        SizerAdam?.Dispose();
        Embedding.Dispose();
        FirstOrder?.Dispose();
    }

    private SparseOptimizer Sparse(Embeddings.EmbeddingTable table)
    {
        var options = new Embeddings.Optimizers.OptimizerOptions
        {
            LearningRate = (float)(_config.EmbeddingLearningRate ?? _config.LearningRate),
            L2 = (float)_config.EmbeddingRegularizer,
        };
        return SparseOptimizer.Create(_config.EmbeddingOptimizer, table, options);
    }

    private void Update(bool sizerLearns)
    {
        if (_config.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(_model.Network.parameters(), _config.GradientClip);
        }

        Network.Step();
        if (sizerLearns)
        {
            SizerAdam!.Step();
        }

        Embedding.Step(_model.Table, _model.Layer.Gradients, _model.Layer.Sizes);
        FirstOrder?.Step(_model.FirstOrderTable!, _model.FirstOrderLayer!.Gradients, default);
    }
}
