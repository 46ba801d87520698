using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>
/// DCN-v2, parallel form (Wang et al. 2021): cross layers x_{l+1} = x_0 ⊙ (W_l x_l + b_l) + x_l beside an MLP,
/// logit = Linear(concat(cross(x), MLP(x))).
/// </summary>
public sealed class DcnV2 : CtrNetwork
{
    private readonly Linear[] _cross;
    private readonly ModuleList<Linear> _crossLayers;
    private readonly Mlp _mlp;
    private readonly Linear _output;

    /// <summary>Cross layers and an MLP over the concatenated input.</summary>
    public DcnV2(NetworkShape shape, NetworkConfig config)
        : base("dcn_v2", shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(config);
        _cross = [.. Enumerable.Range(0, config.CrossLayers).Select(_ => nn.Linear(shape.Width, shape.Width))];
        _crossLayers = nn.ModuleList(_cross);
        _mlp = new Mlp(shape.Width, config);
        _output = nn.Linear(shape.Width + _mlp.Width, 1);
        RegisterComponents();
    }

    private protected override Tensor Logits(NetworkInput input)
    {
        Tensor start = input.Concatenated;
        Tensor x = start;
        foreach (Linear layer in _cross)
        {
            x = (start * layer.forward(x)) + x;
        }

        return _output.forward(cat([x, _mlp.forward(start)], 1)).squeeze(1);
    }

    private protected override void Visit(NetworkWeights weights)
    {
        for (int i = 0; i < _cross.Length; i++)
        {
            weights.Add($"cross.{i}.weight", _cross[i].weight!);
            weights.Add($"cross.{i}.bias", _cross[i].bias!);
        }

        _mlp.Visit(weights);
        weights.Add("output.weight", _output.weight!);
        weights.Add("output.bias", _output.bias!);
    }
}
