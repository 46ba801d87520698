namespace Taper.Training.Sizing;

/// <summary>One embedding size for every feature value (the paper's FBE, fixed-size baseline).</summary>
public sealed class FixedSizer : RuleSizer
{
    /// <summary>Every value keeps <paramref name="dimension"/> dimensions.</summary>
    public FixedSizer(FrequencyGroups groups, int dimension)
        : base(groups, dimension)
    {
    }
}
