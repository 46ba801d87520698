using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>The linear part that Wide &amp; Deep, FM and DeepFM share: Σ first-order weights + w · numeric.</summary>
internal sealed class FirstOrder : nn.Module<NetworkInput, Tensor>
{
    private readonly Linear? _numeric;

    public FirstOrder(NetworkShape shape)
        : base(nameof(FirstOrder))
    {
        _numeric = shape.Numeric > 0 ? nn.Linear(shape.Numeric, 1, hasBias: false) : null;
        RegisterComponents();
    }

    /// <summary>→ [batch].</summary>
    public override Tensor forward(NetworkInput input)
    {
        Tensor sum = input.FirstOrder!.squeeze(1);
        return _numeric is null ? sum : sum + _numeric.forward(input.Numeric!).squeeze(1);
    }

    public void Visit(NetworkWeights weights)
    {
        if (_numeric is not null)
        {
            weights.Add("numeric.weight", _numeric.weight!);
        }
    }
}
