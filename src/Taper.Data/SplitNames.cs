namespace Taper.Data;

/// <summary>The names of the splits, in the order of their numbers.</summary>
public static class SplitNames
{
    /// <summary>What models are trained on; counts and vocabularies come from it alone.</summary>
    public const string Train = "train";

    /// <summary>What training is steered by.</summary>
    public const string Validation = "validation";

    /// <summary>What the finished model is measured on.</summary>
    public const string Test = "test";

    /// <summary>All of them; a split's number is its place here.</summary>
    internal static IReadOnlyList<string> All { get; } = [Train, Validation, Test];
}
