using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Networks;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Cluster.Workers;

/// <summary>What every worker has alike: the dense network, the sizer, and their optimizers.</summary>
/// <remarks>Not safe to share between threads.</remarks>
internal sealed class Replica : IDisposable
{
    private static readonly Lock FirstValues = new(); // libtorch draws them from one generator, which workers of a process share

    private readonly TrainingConfig _config;
    private readonly List<TorchSharp.Modules.Parameter> _parameters;

    private Replica(RunConfig config, ModelShape shape)
    {
        _config = config.Training;
        Sizer = Sizer.Create(config.Sizing, shape.Groups);
        Network = CtrNetwork.Create(config.Network, new NetworkShape(shape.Fields.Count, config.Sizing.EmbeddingDim, shape.NumericFields));
        NetworkAdam = new Adam(Network, _config.LearningRate, _config.WeightDecay);
        SizerAdam = Sizer.Learned is { } learned ? new Adam(learned, SizerLearningRate, Sizer.LearnedDecay) : null;
        if (Sizer is MaskSizer mask)
        {
            mask.FreezeProgress = config.Sizing.FreezeEpoch ?? _config.Epochs;
        }

        _parameters = [.. Network.parameters()];
        DenseLength = (int)_parameters.Sum(parameter => parameter.numel());
    }

    public Sizer Sizer { get; }

    public CtrNetwork Network { get; }

    public Adam NetworkAdam { get; }

    public Adam? SizerAdam { get; }

    /// <summary>Numbers of the network's gradient.</summary>
    public int DenseLength { get; }

    private double SizerLearningRate => _config.SizerLearningRate ?? Sizer.DefaultLearningRate ?? _config.LearningRate;

    /// <summary>A replica with the first values that the model has in one process: made in the same order, from the same seed.</summary>
    public static Replica Create(RunConfig config, ModelShape shape)
    {
        lock (FirstValues)
        {
            manual_seed(config.Training.Seed);
            return new Replica(config, shape);
        }
    }

    public void ScaleLearningRates(double factor)
    {
        NetworkAdam.LearningRate = _config.LearningRate * factor;
        if (SizerAdam is not null)
        {
            SizerAdam.LearningRate = SizerLearningRate * factor;
        }
    }

    public void ForgetGradients()
    {
        NetworkAdam.ForgetGradients();
        SizerAdam?.ForgetGradients();
    }

    /// <summary>The network's gradient, parameter after parameter.</summary>
    public void CopyGradientsTo(Span<float> target)
    {
        foreach (TorchSharp.Modules.Parameter parameter in _parameters)
        {
            Span<float> share = target[..(int)parameter.numel()];
            using Tensor? gradient = parameter.grad;
            if (gradient is null)
            {
                share.Clear();
            }
            else
            {
                using Tensor contiguous = gradient.contiguous();
                contiguous.Floats().CopyTo(share);
            }

            target = target[share.Length..];
        }
    }

    /// <summary>Takes a step of the network with a gradient that was summed over all workers.</summary>
    public void StepNetwork(ReadOnlySpan<float> gradients)
    {
        foreach (TorchSharp.Modules.Parameter parameter in _parameters)
        {
            ReadOnlySpan<float> share = gradients[..(int)parameter.numel()];
            using Tensor? own = parameter.grad;
            if (own is not null)
            {
                parameter.grad = share.ToTensor(parameter.shape).DetachFromDisposeScope();
            }

            gradients = gradients[share.Length..];
        }

        if (_config.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(Network.parameters(), _config.GradientClip);
        }

        NetworkAdam.Step();
    }

    /// <summary>Takes a step of the sizer with ∂L/∂m, [groups × D].</summary>
    public void StepSizer(Tensor mask, ReadOnlySpan<float> gradients)
    {
        mask.backward([gradients.ToTensor(mask.shape)]);
        Sizer.Update(SizerAdam!);
    }

    /// <summary>The buffers of a checkpoint.</summary>
    public IReadOnlyList<CheckpointTensor> State => [.. ModelState.OfDense(Network, Sizer), .. ModelState.OfAdams(NetworkAdam, SizerAdam)];

    /// <summary>Steps of the optimizers, in a fixed order.</summary>
    public long[] Steps
    {
        get => SizerAdam is null ? [NetworkAdam.Steps] : [NetworkAdam.Steps, SizerAdam.Steps];
        set
        {
            if (value.Length != Steps.Length)
            {
                throw new ArtifactException("The checkpoint's steps are not those of this model's optimizers.");
            }

            NetworkAdam.Steps = value[0];
            if (SizerAdam is not null)
            {
                SizerAdam.Steps = value[1];
            }
        }
    }

    public void Dispose()
    {
        NetworkAdam.Dispose();
        SizerAdam?.Dispose();
        Sizer.Dispose();
        Network.Dispose();
    }
}
