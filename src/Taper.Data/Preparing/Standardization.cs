using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>The mean and standard deviation of a numeric field over the training split.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation; 1 when all values are equal.</param>
internal readonly record struct Standardization(double Mean, double Deviation)
{
    /// <summary>Measures a field, in the order of the rows, so that the last bit is the same every time (Welford).</summary>
    /// <exception cref="DataException">The training split has no number at all.</exception>
    public static Standardization Of(FieldPlan field, Database database)
    {
        (long count, double mean, double squares) = (0, 0, 0);
        using ChunkStream stream = database.Stream(
            $"SELECT {field.Column} FROM {RawRows.Labelled} WHERE l.split = 0 AND {field.Column} IS NOT NULL",
            $"measuring {field.Config.Name}");
        while (stream.Next())
        {
            foreach (double number in stream.Column<double>(0))
            {
                count++;
                double apart = number - mean;
                mean += apart / count;
                squares += apart * (number - mean);
            }
        }

        if (count == 0)
        {
            throw new DataException(
                $"field {field.Config.Name}: the column {field.Config.SourceColumn} holds no number in the training split; make the field categorical or name another column.");
        }

        double deviation = Math.Sqrt(squares / count);
        return new Standardization(mean, deviation > 0 && double.IsFinite(deviation) ? deviation : 1);
    }
}
