using System.Globalization;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Numbers the lives of a training. Each is claimed by a file that can be made once, in the run's folder, so that two
/// coordinators that know nothing of each other never share shards.
/// </summary>
internal static class Generations
{
    /// <summary>Claims the next generation.</summary>
    public static long Claim(string folder)
    {
        Directory.CreateDirectory(folder);
        for (long generation = Newest(folder) + 1; ; generation++)
        {
            try
            {
                using FileStream claim = new(
                    Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"generation-{generation:D9}")), FileMode.CreateNew);
                return generation;
            }
            catch (IOException) when (Newest(folder) >= generation)
            {
                // Another coordinator was quicker.
            }
        }
    }

    /// <summary>The generation that was claimed last; 0 where none was.</summary>
    public static long Newest(string folder) => !Directory.Exists(folder) ? 0 : Directory.EnumerateFiles(folder, "generation-*")
        .Select(file => long.TryParse(Path.GetFileName(file)["generation-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)
        .DefaultIfEmpty(0).Max();
}
