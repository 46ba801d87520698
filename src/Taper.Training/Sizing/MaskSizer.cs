using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// What every learned prefix mask shares (AMTL, Yan et al. 2021, section 3): scores → softmax with temperature →
/// argmax → straight-through one-hot → prefix mask. Subclasses give the scores. With a budget the scores are priced
/// by <see cref="SizeBudget"/> so that it is met in every step.
/// </summary>
public abstract class MaskSizer : Sizer
{
    /// <summary>Standard deviation, in dimensions of 16, of p at the start of a frequency ramp.</summary>
    private const double RampSpread = 1.5;

    private readonly SizingConfig _config;
    private readonly SizeBudget _budget;
    private readonly Tensor _prefixes;
    private readonly Tensor _steps;
    private readonly Tensor? _perRow;
    private readonly int _smallest;
    private float[] _scores = [];

    private protected MaskSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        _config = config;
        _smallest = config.SizeZero ? 0 : 1;
        Choices = Dimension + 1 - _smallest;
        _budget = new SizeBudget(groups.Rows, _smallest);
        _prefixes = PrefixMatrix().DetachFromDisposeScope();
        _steps = arange(Choices, ScalarType.Float32).DetachFromDisposeScope();
        _perRow = config.Budget is null ? null : PerRow(groups).DetachFromDisposeScope();
        float[] features = FrequencyFeatures.Of(groups);
        Features = ((ReadOnlySpan<float>)features).ToTensor(groups.Count, FrequencyFeatures.Width).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override bool IsLearning => !IsFrozen;

    /// <inheritdoc/>
    public sealed override bool HasSizeZero => _config.SizeZero;

    /// <inheritdoc/>
    public sealed override bool IsSoft => !_config.StraightThrough && !IsFrozen;

    /// <summary>Price of a dimension with which the budget was met in the newest step; 0 without a budget.</summary>
    internal double Price { get; private set; }

    /// <summary>Number of sizes to choose from: D, or D + 1 with size zero.</summary>
    private protected int Choices { get; }

    /// <summary>x, [groups × F].</summary>
    private protected Tensor Features { get; }

    /// <summary>Curvature with which a ramp of scores starts, so that p spreads over a few sizes.</summary>
    private protected double RampCurvature
    {
        get
        {
            double spread = RampSpread * Choices / 16.0;
            return _config.Temperature / (2 * spread * spread);
        }
    }

    /// <summary>Whether scores start from the frequency ramp.</summary>
    private protected bool StartsFromRamp => _config.Start == "frequency_ramp";

    /// <inheritdoc/>
    public sealed override Tensor? Mask(double progress)
    {
        if (IsFrozen)
        {
            return null;
        }

        Tensor z = Scores();
        ChooseSizes(z, progress);
        Tensor p = ((z - (_steps * Price)) / Temperature(progress)).softmax(1);
        Tensor t = _config.StraightThrough ? p + (OneHot() - p).detach() : p;
        Tensor m = t.matmul(_prefixes);
        return _perRow is null ? m : (m * _perRow) + (m * (1 - _perRow)).detach();
    }

    /// <inheritdoc/>
    public sealed override void Freeze()
    {
        // Not earlier: sizes that are not the argmax of the scores would mislead the straight-through gradient.
        if (!IsFrozen && _config.Budget is double budget && _scores.Length > 0)
        {
            _budget.SpendRest(_scores, Price, Limit(budget), SizeOfGroup);
        }

        IsFrozen = true;
    }

    /// <summary>z, [groups × choices].</summary>
    private protected abstract Tensor Scores();

    private protected override void DisposeOwned()
    {
        _prefixes.Dispose();
        _steps.Dispose();
        _perRow?.Dispose();
        Features.Dispose();
    }

    /// <summary>
    /// 1 / rows of each group, [groups × 1]. A dimension of a group costs the budget as many parameters as the group
    /// has rows, and ∂L/∂m sums over them all: scaled, the gradient is what one parameter of the budget brings, and
    /// one price can compare groups of any number of values.
    /// </summary>
    private static Tensor PerRow(FrequencyGroups groups)
    {
        Tensor shares = empty(groups.Count, 1);
        Span<float> values = shares.Floats();
        for (int g = 0; g < groups.Count; g++)
        {
            values[g] = 1f / groups.Rows[g];
        }

        return shares;
    }

    private void ChooseSizes(Tensor z, double progress)
    {
        using Tensor values = z.detach().t().contiguous();
        Span<float> scores = values.Floats();
        if (_scores.Length != scores.Length)
        {
            _scores = new float[scores.Length];
        }

        scores.CopyTo(_scores);
        if (_config.Budget is double budget)
        {
            double tightened = _config.BudgetWarmup > 0 ? Math.Min(1, progress / _config.BudgetWarmup) : 1;
            Price = _budget.Solve(_scores, Limit(1 + ((budget - 1) * tightened)), SizeOfGroup);
        }
        else
        {
            _budget.Choose(_scores, 0, SizeOfGroup);
        }
    }

    /// <summary>Default rows of size zero are parameters too and come off the budget.</summary>
    private long Limit(double budget)
    {
        long limit = (long)Math.Floor(budget * _budget.TotalRows * Dimension);
        return HasSizeZero ? limit - ((long)Dimension * Groups.VocabularyCount) : limit;
    }

    private double Temperature(double progress)
    {
        if (_config.FinalTemperature is not double final || FreezeProgress <= 0)
        {
            return _config.Temperature;
        }

        return _config.Temperature * Math.Pow(final / _config.Temperature, Math.Min(1, progress / FreezeProgress));
    }

    /// <summary>Epochs after which the trainer freezes the sizes; the annealing ends there.</summary>
    internal double FreezeProgress { get; set; }

    private Tensor OneHot()
    {
        Tensor oneHot = zeros(Groups.Count, Choices);
        Span<float> values = oneHot.Floats();
        for (int g = 0; g < SizeOfGroup.Length; g++)
        {
            values[(g * Choices) + SizeOfGroup[g] - _smallest] = 1f;
        }

        return oneHot;
    }

    /// <summary>[choices × D] with 1 where the choice keeps the dimension; one more column marks size zero.</summary>
    private Tensor PrefixMatrix()
    {
        int columns = Dimension + (_config.SizeZero ? 1 : 0);
        Tensor matrix = zeros(Choices, columns);
        Span<float> values = matrix.Floats();
        for (int choice = 0; choice < Choices; choice++)
        {
            values.Slice(choice * columns, choice + _smallest).Fill(1f);
        }

        if (_config.SizeZero)
        {
            values[Dimension] = 1f;
        }

        return matrix;
    }
}
