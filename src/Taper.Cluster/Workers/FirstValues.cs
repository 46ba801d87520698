namespace Taper.Cluster.Workers;

/// <summary>
/// First values are drawn from libtorch's generator, of which a process has one: whoever draws them has it alone, so that the
/// workers of a silo, which are made side by side, are alike.
/// </summary>
internal static class FirstValues
{
    private static readonly Lock Generator = new();

    public static T Draw<T>(Func<T> make)
    {
        lock (Generator)
        {
            return make();
        }
    }
}
