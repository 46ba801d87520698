using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// AutoDim (Zhao et al., WWW 2021): one size for each vocabulary. Architecture weights α_v are learned through a
/// Gumbel-softmax, p = softmax((log softmax α + g) / τ) with g = −log(−log u) and u uniform (its equations 9 and 10), then the
/// model is trained anew with the sizes they prefer.
/// </summary>
/// <remarks>
/// Weight-shared candidates as the paper recommends, but padded with zeros to D where it has a linear layer and batch
/// normalisation for each candidate: what is exported is then a prefix.
/// </remarks>
public sealed class AutodimSizer : CandidateSizer
{
    private readonly Weights _weights;

    /// <summary>Candidates of equal weight for each vocabulary.</summary>
    public AutodimSizer(FrequencyGroups groups, SizingConfig config)
        : base(OneOfEachVocabulary(groups), config, config.Autodim.Candidates) => _weights = new Weights(Groups.Count, Candidates);

    /// <inheritdoc/>
    public override bool RestartsTraining => true;

    /// <inheritdoc/>
    public override nn.Module Learned => _weights;

    private protected override Tensor LogProbabilities() => _weights.Alpha.log_softmax(1);

    private protected override Tensor Probabilities(double progress)
    {
        AutodimConfig config = Config.Autodim;
        double share = FreezeEpoch > 0 ? Math.Min(1, progress / FreezeEpoch) : 1;
        double temperature = config.Temperature + (share * (config.FinalTemperature - config.Temperature));
        Tensor uniform = rand_like(_weights.Alpha).clamp(1e-6, 1 - 1e-6);
        Tensor gumbel = -(-uniform.log()).log();
        return ((LogProbabilities() + gumbel) / temperature).softmax(1);
    }

    private static FrequencyGroups OneOfEachVocabulary(FrequencyGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return groups.ByVocabulary();
    }

    private sealed class Weights : nn.Module
    {
        public Weights(int vocabularies, int candidates)
            : base(nameof(Weights))
        {
            Alpha = nn.Parameter(zeros(vocabularies, candidates));
            register_parameter("alpha", Alpha);
        }

        public Parameter Alpha { get; }
    }
}
