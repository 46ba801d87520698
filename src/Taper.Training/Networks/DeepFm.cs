using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>DeepFM (Guo et al. 2017): logit = first order + FM second order + Linear(MLP(x)).</summary>
public sealed class DeepFm : CtrNetwork
{
    private readonly Mlp _mlp;
    private readonly Linear _output;
    private readonly FirstOrder _firstOrder;

    /// <summary>A factorization machine and an MLP over the same embeddings.</summary>
    public DeepFm(NetworkShape shape, NetworkConfig config)
        : base("deepfm", shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _mlp = new Mlp(shape.Width, config);
        _output = nn.Linear(_mlp.Width, 1);
        _firstOrder = new FirstOrder(shape);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool HasFirstOrder => true;

    private protected override Tensor Logits(NetworkInput input)
    {
        Tensor deep = _output.forward(_mlp.forward(input.Concatenated)).squeeze(1);
        return _firstOrder.forward(input) + FactorizationMachine.SecondOrder(input.Embeddings, Shape) + deep;
    }

    private protected override void Visit(NetworkWeights weights)
    {
        _mlp.Visit(weights);
        _firstOrder.Visit(weights);
        weights.Add("output.weight", _output.weight!);
        weights.Add("output.bias", _output.bias!);
    }
}
