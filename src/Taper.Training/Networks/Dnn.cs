using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Embedding and MLP, the network of the AMTL paper: logit = Linear(MLP(x)).</summary>
public sealed class Dnn : CtrNetwork
{
    private readonly Mlp _mlp;
    private readonly Linear _output;

    /// <summary>An MLP over the concatenated input.</summary>
    public Dnn(NetworkShape shape, NetworkConfig config)
        : base("dnn", shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _mlp = new Mlp(shape.Width, config);
        _output = nn.Linear(_mlp.Width, 1);
        RegisterComponents();
    }

    private protected override Tensor Logits(NetworkInput input) =>
        _output.forward(_mlp.forward(input.Concatenated)).squeeze(1);

    internal override bool CanAlign => true;

    internal override void Align(int field, float[] inverse) => _mlp.AlignInput(field * Shape.Dimension, Shape.Dimension, inverse);

    internal override void Shift(int field, float[] shift) => _mlp.ShiftInput(field * Shape.Dimension, shift);

    private protected override void Visit(NetworkWeights weights)
    {
        _mlp.Visit(weights);
        weights.Add("output.weight", _output.weight!);
        weights.Add("output.bias", _output.bias!);
    }
}
