namespace Taper.Data.Preparing;

/// <summary>
/// Mean and deviation of numbers as far as they have come (Welford). Going on where another part of the rows stopped gives the bits
/// of one pass over all of them.
/// </summary>
/// <param name="Count">The numbers.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of their squared distances from it.</param>
internal readonly record struct RunningMoments(long Count, double Mean, double Squares)
{
    /// <summary>With one number more.</summary>
    public RunningMoments With(double number)
    {
        double apart = number - Mean;
        double mean = Mean + (apart / (Count + 1));
        return new RunningMoments(Count + 1, mean, Squares + (apart * (number - mean)));
    }
}
