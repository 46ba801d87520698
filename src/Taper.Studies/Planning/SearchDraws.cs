using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Taper.Configuration;

namespace Taper.Studies.Planning;

/// <summary>
/// The settings that a search tries. Lists alone are a grid, of which trials are drawn without repetition; with ranges every key
/// is drawn by itself. A draw follows from seed, key and trial: it is the same on every machine and for every method.
/// </summary>
internal static class SearchDraws
{
    /// <summary>The settings of each trial, as keys and values.</summary>
    /// <param name="space">What is varied.</param>
    /// <param name="search">How often, and with which seed.</param>
    /// <param name="method">The method's name, for the message.</param>
    /// <exception cref="ConfigException">The space is empty, or has fewer points than there are trials.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, ConfigText>> Of(SearchSpace space, StudySearch search, string method)
    {
        foreach ((string key, IReadOnlyList<double> range) in space.Uniform.Concat(space.LogUniform))
        {
            if (range.Count != 2 || !(range[0] < range[1]) || (space.LogUniform.ContainsKey(key) && range[0] <= 0))
            {
                throw new ConfigException($"search: the range of {key} has to be [lowest, highest], with positive numbers where logarithms are even.");
            }
        }

        return space.Uniform.Count + space.LogUniform.Count > 0
            ? [.. Enumerable.Range(0, search.Trials).Select(trial => Drawn(space, search.Seed, trial))]
            : OfGrid(space, search, method);
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, ConfigText>> OfGrid(SearchSpace space, StudySearch search, string method)
    {
        List<Dictionary<string, ConfigText>> points = [[]];
        foreach ((string key, IReadOnlyList<ConfigText> values) in space.Choices)
        {
            points = [.. points.SelectMany(point => values.Select(value => new Dictionary<string, ConfigText>(point) { [key] = value }))];
        }

        if (points.Count < search.Trials)
        {
            throw new ConfigException(
                $"search: the space of {method} has {points.Count} points, fewer than the {search.Trials} trials that every method gets; widen it or lower search.trials.");
        }

        return [.. points
            .Select((point, number) => (point, order: Unit(search.Seed, "grid", number)))
            .OrderBy(entry => entry.order)
            .Take(search.Trials)
            .Select(entry => entry.point)];
    }

    private static Dictionary<string, ConfigText> Drawn(SearchSpace space, long seed, int trial)
    {
        Dictionary<string, ConfigText> point = [];
        foreach ((string key, IReadOnlyList<ConfigText> values) in space.Choices)
        {
            point[key] = values[(int)(Unit(seed, key, trial) * values.Count)];
        }

        foreach ((string key, IReadOnlyList<double> range) in space.Uniform)
        {
            point[key] = Number(range[0] + (Unit(seed, key, trial) * (range[1] - range[0])));
        }

        foreach ((string key, IReadOnlyList<double> range) in space.LogUniform)
        {
            point[key] = Number(range[0] * Math.Pow(range[1] / range[0], Unit(seed, key, trial)));
        }

        return point;
    }

    /// <summary>Four digits are as fine as a search needs, and a person can read them.</summary>
    private static ConfigText Number(double value) => new(value.ToString("G4", CultureInfo.InvariantCulture));

    /// <summary>A number in [0, 1).</summary>
    private static double Unit(long seed, string key, int number)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{key}/{number}")));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * Math.Pow(2, -53);
    }
}
