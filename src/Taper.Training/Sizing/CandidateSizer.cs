using Taper.Configuration;
using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// What AutoDim and AutoEmb share: a few candidate sizes, all of them prefixes of one embedding of size D, mixed softly
/// with learned probabilities p while they are searched: ê = Σ_s p_s e[..s], padded with zeros. p is learned from held-out
/// batches, one after each training batch (first-order DARTS). Then each group takes the candidate of largest log p_s − b · s,
/// with the price b of a dimension that meets the budget.
/// </summary>
public abstract class CandidateSizer : SearchSizer
{
    private readonly int[] _candidates;
    private readonly Tensor _prefixes;

    private protected CandidateSizer(FrequencyGroups groups, SizingConfig config, IReadOnlyList<int> candidates)
        : base(groups, config)
    {
        _candidates = candidates.Count > 0 ? [.. candidates] : Powers(Dimension);
        if (_candidates[^1] > Dimension || _candidates.Zip(_candidates.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ConfigException(
                $"sizing.{config.Method}.candidates: write them ascending, none above {Dimension} (sizing.embedding_dim).");
        }

        ParameterLimit.Require(Limit, (long)_candidates[0] * groups.TableRows, config, $"size {_candidates[0]}, the smallest candidate, for every value");
        _prefixes = Prefixes().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override bool IsSoft => IsLearning;

    /// <inheritdoc/>
    public sealed override bool LearnsFromHeldOut => true;

    /// <summary>Number of candidates, C.</summary>
    private protected int Candidates => _candidates.Length;

    /// <inheritdoc/>
    public sealed override Tensor? Mask(double progress) => IsLearning ? Probabilities(progress).matmul(_prefixes) : null;

    /// <summary>log p, [groups × C].</summary>
    private protected abstract Tensor LogProbabilities();

    /// <summary>The weights of the candidates in a step, [groups × C].</summary>
    private protected virtual Tensor Probabilities(double progress) => LogProbabilities().exp();

    private protected sealed override void ChooseSizes()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        float[] scores = LogProbabilities().contiguous().Floats().ToArray();
        new PricedChoice(_candidates, Groups.Rows.ToArray()).Choose(scores, Limit).CopyTo(SizeOfGroup, 0);
    }

    private protected override void DisposeOwned() => _prefixes.Dispose();

    private static int[] Powers(int dimension)
    {
        List<int> sizes = [];
        for (int size = 1; size < dimension; size *= 2)
        {
            sizes.Add(size);
        }

        return [.. sizes, dimension];
    }

    /// <summary>[C × D] with 1 where the candidate keeps the dimension.</summary>
    private Tensor Prefixes()
    {
        Tensor matrix = zeros(_candidates.Length, Dimension);
        Span<float> values = matrix.Floats();
        for (int c = 0; c < _candidates.Length; c++)
        {
            values.Slice(c * Dimension, _candidates[c]).Fill(1f);
        }

        return matrix;
    }
}
