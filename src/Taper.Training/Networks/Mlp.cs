using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Hidden layers: Linear → optional batch normalisation → ReLU → dropout, repeated.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _layers = nn.Sequential();
    private readonly List<(Linear Linear, BatchNorm1d? Norm)> _parts = [];

    public Mlp(int inputs, NetworkConfig config)
        : base(nameof(Mlp))
    {
        Width = inputs;
        foreach (int units in config.HiddenUnits)
        {
            Linear linear = nn.Linear(Width, units);
            BatchNorm1d? norm = config.BatchNorm ? nn.BatchNorm1d(units) : null;
            _parts.Add((linear, norm));
            _layers.append($"linear{_parts.Count - 1}", linear);
            if (norm is not null)
            {
                _layers.append($"norm{_parts.Count - 1}", norm);
            }

            _layers.append($"relu{_parts.Count - 1}", nn.ReLU());
            if (config.Dropout > 0)
            {
                _layers.append($"dropout{_parts.Count - 1}", nn.Dropout(config.Dropout));
            }

            Width = units;
        }

        RegisterComponents();
    }

    /// <summary>Width of the output.</summary>
    public int Width { get; }

    /// <summary>[batch × inputs] → [batch × <see cref="Width"/>].</summary>
    public override Tensor forward(Tensor input) => _layers.forward(input);

    /// <summary>Multiplies the first layer's weights of some inputs by a matrix: W ← W M.</summary>
    /// <param name="first">First input.</param>
    /// <param name="count">Number of inputs.</param>
    /// <param name="matrix">M, row-major [count × count].</param>
    public void AlignInput(int first, int count, float[] matrix)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = _parts[0].Linear.weight!.narrow(1, first, count);
        weights.copy_(weights.matmul(tensor(matrix).view(count, count).to(weights.device)));
    }

    /// <summary>Adds what some inputs would have brought to the first layer's bias: b ← b + W d.</summary>
    /// <param name="first">First input.</param>
    /// <param name="shift">d, what is taken away from each of them.</param>
    public void ShiftInput(int first, float[] shift)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Linear linear = _parts[0].Linear;
        linear.bias!.add_(linear.weight!.narrow(1, first, shift.Length).matmul(tensor(shift).to(linear.weight!.device)));
    }

    /// <summary>The layers, batch normalisation folded into weights and biases.</summary>
    public void Visit(NetworkWeights weights)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        for (int i = 0; i < _parts.Count; i++)
        {
            var (linear, norm) = _parts[i];
            Tensor weight = linear.weight!, bias = linear.bias!;
            if (norm is not null)
            {
                Tensor scale = norm.weight! / (norm.running_var! + norm.eps).sqrt();
                weight = weight * scale.unsqueeze(1);
                bias = ((bias - norm.running_mean!) * scale) + norm.bias!;
            }

            weights.Add($"mlp.{i}.weight", weight);
            weights.Add($"mlp.{i}.bias", bias);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _layers.Dispose();
        }

        base.Dispose(disposing);
    }
}
