namespace Taper.Cli.Prediction;

/// <summary>How many values of a field's rows are not in its vocabulary.</summary>
internal sealed record UnknownValues(string Field, long Values, long Unknown)
{
    public double Share => Values == 0 ? 0 : (double)Unknown / Values;
}
