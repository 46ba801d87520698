namespace Taper.Benchmarks;

/// <summary>Draws ranks 0 to n - 1 with probability proportional to 1 / (rank + 1)^exponent.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulated;

    public Zipf(int count, double exponent)
    {
        _cumulated = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++)
        {
            sum += Math.Pow(rank + 1, -exponent);
            _cumulated[rank] = sum;
        }
    }

    public int Next(Random random)
    {
        int place = Array.BinarySearch(_cumulated, random.NextDouble() * _cumulated[^1]);
        return Math.Min(_cumulated.Length - 1, place < 0 ? ~place : place);
    }

    /// <summary>How often each rank is expected among so many draws.</summary>
    public long[] Counts(long draws)
    {
        var counts = new long[_cumulated.Length];
        double before = 0;
        for (int rank = 0; rank < counts.Length; rank++)
        {
            counts[rank] = (long)Math.Round(draws * (_cumulated[rank] - before) / _cumulated[^1]);
            before = _cumulated[rank];
        }

        return counts;
    }
}
