namespace Taper.Training.Sizing;

/// <summary>
/// Evolutionary search for one size a vocabulary (OptEmbed, Lyu et al. 2022, algorithm 1): random candidates, then
/// generations of mutations and crossovers of the better half. Every candidate is brought to the limit: random sizes shrink
/// while it exceeds it, and grow while they fit.
/// </summary>
/// <param name="rows">Rows that each vocabulary keeps.</param>
/// <param name="dimension">D.</param>
/// <param name="limit">Most parameters; one dimension for every row fits.</param>
/// <param name="config">Population, generations, and probability of a mutation.</param>
/// <param name="random">What decides.</param>
internal sealed class SizeEvolution(IReadOnlyList<long> rows, int dimension, long limit, OptembedConfig config, Random random)
{
    /// <summary>The best candidate that was met.</summary>
    /// <param name="fitness">Measures a candidate: more is better. Asked once for each.</param>
    public int[] Best(Func<int[], double> fitness)
    {
        Dictionary<string, (int[] Sizes, double Fitness)> met = [];
        for (int i = 0; i < config.Population; i++)
        {
            Measure([.. rows.Select(_ => random.Next(1, dimension + 1))]);
        }

        for (int generation = 1; generation < config.Generations; generation++)
        {
            int[][] parents = [.. Ranked().Take(Math.Max(2, config.Population / 2))];
            for (int child = 0; child < config.Population; child++)
            {
                int[] first = parents[random.Next(parents.Length)], second = parents[random.Next(parents.Length)];
                Measure(child % 2 == 0 ? Mutated(first) : Crossed(first, second));
            }
        }

        return Ranked().First();

        void Measure(int[] sizes)
        {
            int[] fitting = Fitting(sizes);
            string key = string.Join(' ', fitting);
            if (!met.ContainsKey(key))
            {
                met.Add(key, (fitting, fitness(fitting)));
            }
        }

        IEnumerable<int[]> Ranked() => met.Values.OrderByDescending(candidate => candidate.Fitness).Select(candidate => candidate.Sizes);
    }

    /// <summary>The sizes, brought to the limit.</summary>
    internal int[] Fitting(int[] sizes)
    {
        int[] fitting = [.. sizes];
        long left = limit - fitting.Select((size, v) => size * rows[v]).Sum();
        while (left < 0)
        {
            int[] wide = [.. Enumerable.Range(0, fitting.Length).Where(v => fitting[v] > 1 && rows[v] > 0)];
            int shrinking = wide[random.Next(wide.Length)];
            fitting[shrinking]--;
            left += rows[shrinking];
        }

        while (Enumerable.Range(0, fitting.Length).Where(v => fitting[v] < dimension && rows[v] <= left).ToArray() is { Length: > 0 } growing)
        {
            int chosen = growing[random.Next(growing.Length)];
            fitting[chosen]++;
            left -= rows[chosen];
        }

        return fitting;
    }

    private int[] Mutated(int[] sizes) =>
        [.. sizes.Select(size => random.NextDouble() < config.Mutation ? random.Next(1, dimension + 1) : size)];

    private int[] Crossed(int[] first, int[] second)
    {
        int point = random.Next(first.Length + 1);
        return [.. first[..point], .. second[point..]];
    }
}
