using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>Factorization machine (Rendle 2010): logit = bias + first order + all pairwise dot products.</summary>
public sealed class Fm : CtrNetwork
{
    private readonly Parameter _bias;
    private readonly FirstOrder _firstOrder;

    /// <summary>A factorization machine; nothing but embeddings, first-order weights and a bias is learned.</summary>
    public Fm(NetworkShape shape)
        : base("fm", shape)
    {
        _bias = nn.Parameter(zeros(1));
        _firstOrder = new FirstOrder(shape);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool HasFirstOrder => true;

    private protected override Tensor Logits(NetworkInput input) =>
        _firstOrder.forward(input) + FactorizationMachine.SecondOrder(input.Embeddings, Shape) + _bias;

    private protected override void Visit(NetworkWeights weights)
    {
        _firstOrder.Visit(weights);
        weights.Add("bias", _bias);
    }
}
