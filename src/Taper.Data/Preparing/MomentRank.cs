namespace Taper.Data.Preparing;

/// <summary>Where a moment stands among those of rows.</summary>
/// <param name="Before">Rows before it.</param>
/// <param name="Previous">The last moment before it; minus infinity where there is none.</param>
/// <param name="Next">The first moment from it on; infinity where there is none.</param>
internal readonly record struct MomentRank(long Before, double Previous, double Next)
{
    public static MomentRank operator +(MomentRank one, MomentRank other) =>
        new(one.Before + other.Before, Math.Max(one.Previous, other.Previous), Math.Min(one.Next, other.Next));
}
