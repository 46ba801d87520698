using System.Numerics;
using System.Runtime.InteropServices;
using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015) for the parameters of a module, in the order of torch.optim.Adam, with λ · w added to the
/// gradient first. One pass over each parameter's memory instead of a dozen tensor operations.
/// </summary>
/// <remarks>
/// Not TorchSharp's: that makes scalars for native code at each operation, which a garbage collection may free before they
/// are read.
/// </remarks>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const float Epsilon = 1e-8f;

    private readonly List<TorchSharp.Modules.Parameter> _parameters;
    private readonly float _l2;

    /// <summary>Adam at its first step.</summary>
    /// <param name="module">What is trained.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="l2">λ.</param>
    public Adam(nn.Module module, double learningRate, double l2)
    {
        using var noGradient = no_grad();
        _parameters = [.. module.parameters()];
        _l2 = (float)l2;
        LearningRate = learningRate;
        FirstMoments = [.. _parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        SecondMoments = [.. _parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
    }

    /// <summary>η of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>m of each parameter.</summary>
    public IReadOnlyList<Tensor> FirstMoments { get; }

    /// <summary>v of each parameter.</summary>
    public IReadOnlyList<Tensor> SecondMoments { get; }

    /// <summary>Forgets the gradients; the next backward pass makes new ones.</summary>
    public void ForgetGradients()
    {
        foreach (TorchSharp.Modules.Parameter parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    public void Step()
    {
        using var noGradient = no_grad();
        Steps++;
        var rule = new Rule(
            (float)(LearningRate / (1 - Math.Pow(Beta1, Steps))), (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps))), _l2);
        for (int i = 0; i < _parameters.Count; i++)
        {
            using Tensor? gradient = _parameters[i].grad;
            if (gradient is null)
            {
                continue;
            }

            if (gradient.device_type == TorchSharp.DeviceType.CPU)
            {
                using Tensor contiguous = gradient.contiguous();
                rule.Apply(_parameters[i].Floats(), contiguous.Floats(), FirstMoments[i].Floats(), SecondMoments[i].Floats());
            }
            else
            {
                rule.Apply(_parameters[i], gradient, FirstMoments[i], SecondMoments[i]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor moment in FirstMoments.Concat(SecondMoments))
        {
            moment.Dispose();
        }
    }

    /// <summary>
    /// m ← m + (1 − β1)(g − m); v ← β2 v + (1 − β2) g²; w ← w − η / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε).
    /// </summary>
    internal readonly record struct Rule(float Rate, float SecondCorrection, float L2)
    {
        private const float FirstGain = (float)(1 - Beta1);
        private const float SecondDecay = (float)Beta2;
        private const float SecondGain = (float)(1 - Beta2);

        /// <summary>In memory.</summary>
        public void Apply(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        {
            Span<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights);
            ReadOnlySpan<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
            Span<Vector<float>> m = MemoryMarshal.Cast<float, Vector<float>>(first);
            Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(second);
            for (int i = 0; i < w.Length; i++)
            {
                Vector<float> g = gradients[i] + (w[i] * L2);
                m[i] += (g - m[i]) * FirstGain;
                v[i] = (v[i] * SecondDecay) + (g * g * SecondGain);
                w[i] -= m[i] * Rate / ((Vector.SquareRoot(v[i]) * SecondCorrection) + new Vector<float>(Epsilon));
            }

            for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
            {
                float g = gradient[i] + (weights[i] * L2);
                first[i] += (g - first[i]) * FirstGain;
                second[i] = (second[i] * SecondDecay) + (g * g * SecondGain);
                weights[i] -= first[i] * Rate / ((MathF.Sqrt(second[i]) * SecondCorrection) + Epsilon);
            }
        }

        /// <summary>On another device.</summary>
        public void Apply(Tensor weights, Tensor gradient, Tensor first, Tensor second)
        {
            using var scope = NewDisposeScope();
            Tensor g = gradient + (weights * L2);
            first.add_((g - first) * FirstGain);
            second.mul_(SecondDecay).add_(g * g * SecondGain);
            weights.sub_(first * Rate / ((second.sqrt() * SecondCorrection) + Epsilon));
        }
    }
}
