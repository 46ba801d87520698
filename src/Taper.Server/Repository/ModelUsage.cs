using Taper.Models;

namespace Taper.Server.Repository;

/// <summary>What a version has scored since it was loaded. Thread-safe.</summary>
internal sealed class ModelUsage(int fields)
{
    private readonly long[] values = new long[fields];
    private readonly long[] unknown = new long[fields];
    private long rows;

    /// <summary>Rows scored.</summary>
    public long Rows => Interlocked.Read(ref rows);

    /// <summary>Values looked up in a field, a missing one counted as one; 0 for a numeric field.</summary>
    public long ValuesOf(int field) => Interlocked.Read(ref values[field]);

    /// <summary>Values of a field that are not in its vocabulary.</summary>
    public long UnknownOf(int field) => Interlocked.Read(ref unknown[field]);

    /// <summary>Counts rows that were scored.</summary>
    public void Count(FeatureBatch batch)
    {
        Interlocked.Add(ref rows, batch.Count);
        for (int field = 0; field < values.Length; field++)
        {
            Count(field, batch.ValueCount(field), batch.UnknownCount(field));
        }
    }

    /// <summary>Counts rows that were scored; values that they share count once.</summary>
    public void Count(CandidateBatch batch)
    {
        Interlocked.Add(ref rows, batch.Count);
        for (int field = 0; field < values.Length; field++)
        {
            Count(field, batch.ValueCount(field), batch.UnknownCount(field));
        }
    }

    private void Count(int field, int newValues, int newUnknown)
    {
        Interlocked.Add(ref values[field], newValues);
        if (newUnknown > 0)
        {
            Interlocked.Add(ref unknown[field], newUnknown);
        }
    }
}
