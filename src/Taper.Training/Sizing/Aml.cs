using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>An adaptively-masked layer's scores: an MLP from frequency features to one score for each size.</summary>
internal sealed class Aml : nn.Module<Tensor, Tensor>
{
    private const double RampWeightScale = 0.1;
    private readonly Sequential _layers;
    private readonly Linear _output;

    public Aml(string name, int inputs, IReadOnlyList<int> hiddenUnits, int choices)
        : base(name)
    {
        _layers = nn.Sequential();
        int width = inputs;
        for (int i = 0; i < hiddenUnits.Count; i++)
        {
            _layers.append($"hidden{i}", nn.Linear(width, hiddenUnits[i]));
            _layers.append($"relu{i}", nn.ReLU());
            width = hiddenUnits[i];
        }

        _output = nn.Linear(width, choices);
        RegisterComponents();
    }

    /// <summary>[groups × features] → [groups × choices].</summary>
    public override Tensor forward(Tensor input) => _output.forward(_layers.forward(input));

    /// <summary>Makes the scores start as −curvature · (s − peak)², nearly the same for every input.</summary>
    public void StartAt(double peak, double curvature)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _output.weight!.mul_(RampWeightScale);
        Tensor s = arange(_output.bias!.shape[0], ScalarType.Float32);
        _output.bias!.copy_((s - peak).square() * -curvature);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _layers.Dispose();
            _output.Dispose();
        }

        base.Dispose(disposing);
    }
}
