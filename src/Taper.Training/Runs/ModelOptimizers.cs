using Taper.Data;
using Taper.Embeddings.Optimizers;
using Taper.Training.Natives;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>The optimizers of one model, a learning rate each: dense network, sizer, embeddings, first-order weights.</summary>
internal sealed class ModelOptimizers : IDisposable
{
    private readonly CtrModel _model;
    private readonly TrainingConfig _config;
    private readonly CollectionPoint _collectionPoint = new();

    public ModelOptimizers(CtrModel model, TrainingConfig config)
    {
        _model = model;
        _config = config;
        Network = new Adam(model.Network, config.LearningRate, config.WeightDecay);
        SizerAdam = model.Sizer.Learned is { } module && module.parameters().Any() ? new Adam(module, SizerLearningRate, model.Sizer.LearnedDecay) : null;
        Embedding = Sparse(model.Table);
        FirstOrder = model.FirstOrderTable is { } table ? Sparse(table) : null;
    }

    public Adam Network { get; }

    public Adam? SizerAdam { get; }

    public SparseOptimizer Embedding { get; }

    public SparseOptimizer? FirstOrder { get; }

    private double SizerLearningRate =>
        _config.SizerLearningRate ?? _model.Sizer.DefaultLearningRate ?? _config.LearningRate;

    /// <summary>Whose predictions are learned from beside the labels, where there is one; not owned.</summary>
    public Teacher? Teacher { get; set; }

    /// <summary>Multiplies every learning rate's configured value.</summary>
    public void ScaleLearningRates(double factor)
    {
        Network.LearningRate = _config.LearningRate * factor;
        if (SizerAdam is not null)
        {
            SizerAdam.LearningRate = SizerLearningRate * factor;
        }

        Embedding.LearningRate = (float)((_config.EmbeddingLearningRate ?? _config.LearningRate) * factor);
        if (FirstOrder is not null)
        {
            FirstOrder.LearningRate = Embedding.LearningRate;
        }
    }

    /// <summary>Collections of garbage between steps.</summary>
    public int Collections => _collectionPoint.Collections;

    /// <summary>One training step: forward, backward, update. Returns the mean logloss of the batch.</summary>
    public float Step(Batch batch, double progress)
    {
        _collectionPoint.Pass();
        using var scope = NewDisposeScope();
        Network.ForgetGradients();
        SizerAdam?.ForgetGradients();
        Tensor? mask = _model.Sizer.Mask(progress);
        Tensor? trained = _model.Sizer.LearnsFromHeldOut ? mask?.detach() : mask;
        Tensor loss = Teacher is null ? _model.Loss(batch, trained) : _model.Loss(batch, Teacher.Targets(batch), trained);
        loss.backward();
        _model.Sizer.LearnFrom(_model.Layer.Gradients);
        Update(progress);
        return loss.item<float>();
    }

    /// <summary>A step of the sizer alone, on a batch that the rest of the model is not trained on.</summary>
    public void StepSizer(Batch heldOut, double progress)
    {
        _collectionPoint.Pass();
        using var scope = NewDisposeScope();
        SizerAdam!.ForgetGradients();
        _model.Loss(heldOut, _model.Sizer.Mask(progress)).backward();
        _model.Sizer.Update(SizerAdam);
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

    private void Update(double progress)
    {
        if (progress >= _config.FreezeNetwork)
        {
            UpdateNetwork();
        }

        if (SizerAdam is not null && _model.Sizer is { IsLearning: true, LearnsFromHeldOut: false })
        {
            _model.Sizer.Update(SizerAdam);
        }

        if (progress >= _config.FreezeEmbeddings)
        {
            Embedding.Step(_model.Table, _model.Layer.Gradients, _model.Layer.Sizes);
            FirstOrder?.Step(_model.FirstOrderTable!, _model.FirstOrderLayer!.Gradients, default);
            _model.Sizer.AfterStep(_model.Table, Embedding, progress);
        }
    }

    private void UpdateNetwork()
    {
        if (_config.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(_model.Network.parameters(), _config.GradientClip);
        }

        Network.Step();
    }
}
