using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Wide &amp; Deep (Cheng et al. 2016): logit = first order + Linear(MLP(x)).</summary>
public sealed class WideDeep : CtrNetwork
{
    private readonly Mlp _mlp;
    private readonly Linear _output;
    private readonly FirstOrder _wide;

    /// <summary>An MLP beside first-order weights.</summary>
    public WideDeep(NetworkShape shape, NetworkConfig config)
        : base("wide_deep", shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _mlp = new Mlp(shape.Width, config);
        _output = nn.Linear(_mlp.Width, 1);
        _wide = new FirstOrder(shape);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool HasFirstOrder => true;

    private protected override Tensor Logits(NetworkInput input) =>
        _wide.forward(input) + _output.forward(_mlp.forward(input.Concatenated)).squeeze(1);

    internal override bool CanAlign => true;

    internal override void Align(int field, float[] inverse) => _mlp.AlignInput(field * Shape.Dimension, Shape.Dimension, inverse);

    internal override void Shift(int field, float[] shift) => _mlp.ShiftInput(field * Shape.Dimension, shift);

    private protected override void Visit(NetworkWeights weights)
    {
        _mlp.Visit(weights);
        _wide.Visit(weights);
        weights.Add("output.weight", _output.weight!);
        weights.Add("output.bias", _output.bias!);
    }
}
