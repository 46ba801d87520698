namespace Taper.Data.Synthetic;

/// <summary>
/// The model behind synthetic examples: each feature value has an embedding whose size falls with its rank by frequency,
/// and fields 0 and 1, 2 and 3, ... interact by the dot product of their values' embeddings.
/// </summary>
public sealed class PlantedModel
{
    private const double Scale = 1.5;
    private static readonly double Reach = Math.Sqrt(3); // uniform in ± √3 has variance 1

    private readonly SyntheticConfig config;
    private readonly double[][] cumulated;

    /// <summary>Plants a model.</summary>
    /// <exception cref="DataException">A number of the configuration is out of range.</exception>
    public PlantedModel(SyntheticConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Require(config.Rows >= 1, "rows has to be 1 or more");
        Require(config.Vocabularies.Count >= 2, "there have to be 2 fields or more");
        Require(config.Vocabularies.All(size => size >= 2), "a vocabulary has to have 2 values or more");
        Require(config.Exponent > 0 && double.IsFinite(config.Exponent), "zipf has to be above 0");
        Require(config.Dimension is >= 1 and <= 64, "dimension has to be 1 to 64");
        Require(config.Noise is >= 0 and <= 1, "noise has to be 0 to 1");
        this.config = config;
        cumulated = [.. config.Vocabularies.Select(Cumulate)];
    }

    /// <summary>The planted embedding size of a value.</summary>
    /// <param name="field">Its field.</param>
    /// <param name="rank">Its rank by frequency, 0 for the most frequent.</param>
    public int SizeOf(int field, int rank) =>
        1 + (int)Math.Round((config.Dimension - 1) * (1 - (Math.Log(1 + rank) / Math.Log(config.Vocabularies[field]))));

    /// <summary>Draws an example: the rank of each field's value, and the label.</summary>
    /// <param name="row">The example's number; the same number gives the same example.</param>
    /// <param name="ranks">Receives one rank for each field.</param>
    internal bool Draw(long row, Span<int> ranks)
    {
        RandomNumbers random = new(RandomNumbers.Mix(config.Seed) ^ RandomNumbers.Mix(~(ulong)row));
        for (int field = 0; field < ranks.Length; field++)
        {
            int place = Array.BinarySearch(cumulated[field], Uniform(random.Next()) * cumulated[field][^1]);
            ranks[field] = Math.Min(cumulated[field].Length - 1, place < 0 ? ~place : place);
        }

        double logit = 0;
        for (int field = 0; field + 1 < ranks.Length; field += 2)
        {
            logit += Interaction(field, ranks[field], ranks[field + 1]);
        }

        double probability = Uniform(random.Next()) < config.Noise ? 0.5 : 1 / (1 + Math.Exp(-logit));
        return Uniform(random.Next()) < probability;
    }

    private double Interaction(int field, int left, int right)
    {
        int size = Math.Min(SizeOf(field, left), SizeOf(field + 1, right));
        RandomNumbers a = new(Stream(field, left)), b = new(Stream(field + 1, right));
        double dot = 0;
        for (int j = 0; j < size; j++)
        {
            dot += Reach * ((2 * Uniform(a.Next())) - 1) * Reach * ((2 * Uniform(b.Next())) - 1);
        }

        return Scale * dot / Math.Sqrt(config.Dimension);
    }

    private ulong Stream(int field, int rank) => RandomNumbers.Mix(config.Seed + 1) ^ RandomNumbers.Mix(((ulong)field << 32) | (uint)rank);

    private static double Uniform(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    private double[] Cumulate(int size)
    {
        double[] sums = new double[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++)
        {
            sum += Math.Pow(rank + 1, -config.Exponent);
            sums[rank] = sum;
        }

        return sums;
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new DataException($"synthetic data: {problem}.");
        }
    }
}
