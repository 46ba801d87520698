namespace Taper.Training.Sizing;

/// <summary>
/// What a sizer sees of each frequency group: x_i of the paper. Column 0 is log(1 + count), standardised over the
/// distinct counts of all vocabularies (not over occurrences, where the few frequent values would decide mean and deviation); column 1
/// is the rank percentile in the vocabulary, centred; column 2 the vocabulary's log size, standardised likewise.
/// </summary>
internal static class FrequencyFeatures
{
    /// <summary>Number of columns, F.</summary>
    public const int Width = 3;

    /// <summary>Row-major [groups × <see cref="Width"/>].</summary>
    public static float[] Of(FrequencyGroups groups)
    {
        float[] logCounts = new float[groups.Count];
        float[] logSizes = new float[groups.Count];
        var rowsOfVocabulary = new Dictionary<int, long>();
        for (int g = 0; g < groups.Count; g++)
        {
            int vocabulary = groups.Vocabularies[g];
            rowsOfVocabulary[vocabulary] = rowsOfVocabulary.GetValueOrDefault(vocabulary) + groups.Rows[g];
        }

        for (int g = 0; g < groups.Count; g++)
        {
            logCounts[g] = MathF.Log(1f + groups.Counts[g]);
            logSizes[g] = MathF.Log(rowsOfVocabulary[groups.Vocabularies[g]]);
        }

        Standardise(logCounts, groups.DistinctCounts);
        Standardise(logSizes, groups.DistinctCounts);
        float[] features = new float[groups.Count * Width];
        for (int g = 0; g < groups.Count; g++)
        {
            features[g * Width] = logCounts[g];
            features[(g * Width) + 1] = 2f * (groups.Ranks[g] - 0.5f);
            features[(g * Width) + 2] = logSizes[g];
        }

        return features;
    }

    private static void Standardise(float[] values, ReadOnlySpan<int> weights)
    {
        double sum = 0, squares = 0, total = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += (double)weights[i] * values[i];
            total += weights[i];
        }

        double mean = sum / total;
        for (int i = 0; i < values.Length; i++)
        {
            squares += weights[i] * (values[i] - mean) * (values[i] - mean);
        }

        double deviation = Math.Sqrt(squares / total);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = deviation > 0 ? (float)((values[i] - mean) / deviation) : 0f;
        }
    }
}
