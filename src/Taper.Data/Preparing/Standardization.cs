using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>The mean and standard deviation of a numeric field over the training split.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation; 1 when all values are equal.</param>
internal readonly record struct Standardization(double Mean, double Deviation)
{
    /// <summary>Measures a field, in the order of the rows, so that the last bit is the same every time.</summary>
    /// <param name="field">The field.</param>
    /// <param name="before">What the rows before come to.</param>
    /// <param name="database">Where the rows are.</param>
    public static RunningMoments Measure(FieldPlan field, RunningMoments before, Database database)
    {
        using ChunkStream stream = database.Stream(
            $"SELECT {field.Column} FROM {RawRows.Labelled} WHERE l.split = 0 AND {field.Column} IS NOT NULL",
            $"measuring {field.Config.Name}");
        while (stream.Next())
        {
            foreach (double number in stream.Column<double>(0))
            {
                before = before.With(number);
            }
        }

        return before;
    }

    /// <summary>That of a field whose training values were all measured.</summary>
    /// <exception cref="DataException">The training split has no number at all.</exception>
    public static Standardization Of(FieldPlan field, RunningMoments measured)
    {
        if (measured.Count == 0)
        {
            throw field.HoldsNoNumber();
        }

        double deviation = Math.Sqrt(measured.Squares / measured.Count);
        return new Standardization(measured.Mean, deviation > 0 && double.IsFinite(deviation) ? deviation : 1);
    }
}
