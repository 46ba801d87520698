using Taper.Data;
using Taper.Embeddings.Optimizers;
using TorchSharp.Modules;
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
        Network = AdamOf(model.Network, config.LearningRate, config.WeightDecay);
        SizerAdam = model.Sizer.Learned is { } module && module.parameters().Any() ? AdamOf(module, SizerLearningRate, 0) : null;
        Embedding = Sparse(model.Table);
        FirstOrder = model.FirstOrderTable is { } table ? Sparse(table) : null;
    }

    public Adam Network { get; }

    public Adam? SizerAdam { get; }

    public SparseOptimizer Embedding { get; }

    public SparseOptimizer? FirstOrder { get; }

    private double SizerLearningRate =>
        _config.SizerLearningRate ?? _model.Sizer.DefaultLearningRate ?? _config.LearningRate;

    /// <summary>Multiplies every learning rate's configured value.</summary>
    public void ScaleLearningRates(double factor)
    {
        SetRate(Network, _config.LearningRate * factor);
        SetRate(SizerAdam, SizerLearningRate * factor);
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
        Network.zero_grad();
        SizerAdam?.zero_grad();
        Tensor? mask = _model.Sizer.Mask(progress);
        Tensor loss = Loss(batch, _model.Sizer.LearnsFromHeldOut ? mask?.detach() : mask);
        loss.backward();
        _model.Sizer.LearnFrom(_model.Layer.Gradients);
        Update();
        return loss.item<float>();
    }

    /// <summary>One step of a sizer that learns from held-out batches: nothing else is updated.</summary>
    public void StepSizer(Batch heldOut, double progress)
    {
        using var scope = NewDisposeScope();
        SizerAdam!.zero_grad();
        Loss(heldOut, _model.Sizer.Mask(progress)).backward();
        SizerAdam.step();
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

    private Tensor Loss(Batch batch, Tensor? mask)
    {
        Tensor logits = _model.Logits(batch, mask);
        Tensor labels = Layers.TensorMemory.ToTensor(batch.Labels, batch.Count).to(logits.device);
        return nn.functional.binary_cross_entropy_with_logits(logits, labels);
    }

    private static Adam AdamOf(nn.Module module, double learningRate, double weightDecay) =>
        optim.Adam(module.parameters(), learningRate, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: weightDecay);

    private static void SetRate(Adam? optimizer, double rate)
    {
        foreach (var group in optimizer?.ParamGroups ?? [])
        {
            group.LearningRate = rate;
        }
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

    private void Update()
    {
        if (_config.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(_model.Network.parameters(), _config.GradientClip);
        }

        Network.step();
        if (_model.Sizer is { IsLearning: true, LearnsFromHeldOut: false })
        {
            SizerAdam?.step();
        }

        Embedding.Step(_model.Table, _model.Layer.Gradients, _model.Layer.Sizes);
        FirstOrder?.Step(_model.FirstOrderTable!, _model.FirstOrderLayer!.Gradients, default);
    }
}
