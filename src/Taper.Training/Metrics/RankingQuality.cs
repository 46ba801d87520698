namespace Taper.Training.Metrics;

/// <summary>Area under the ROC curve: exact, with ties averaged.</summary>
public static class RankingQuality
{
    /// <summary>
    /// Probability that a positive scores above a negative, ties counting half (the Mann–Whitney statistic).
    /// NaN when one class is absent.
    /// </summary>
    /// <param name="scores">One score an example; any monotone scale.</param>
    /// <param name="labels">1 for positive, 0 for negative, as many as scores.</param>
    /// <exception cref="ArgumentException">The lengths differ or a score is NaN.</exception>
    public static double Auc(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels)
    {
        if (scores.Length != labels.Length)
        {
            throw new ArgumentException($"{scores.Length} scores but {labels.Length} labels.", nameof(labels));
        }

        float[] keys = scores.ToArray();
        byte[] sorted = labels.ToArray();
        if (Array.Exists(keys, float.IsNaN))
        {
            throw new ArgumentException("A score is not a number.", nameof(scores));
        }

        Array.Sort(keys, sorted);
        long positives = 0, negativesBelow = 0;
        double wins = 0;
        for (int start = 0; start < keys.Length;)
        {
            int end = start;
            long tiedPositives = 0;
            while (end < keys.Length && keys[end] == keys[start])
            {
                tiedPositives += sorted[end++];
            }

            long tiedNegatives = end - start - tiedPositives;
            wins += tiedPositives * (negativesBelow + (0.5 * tiedNegatives));
            positives += tiedPositives;
            negativesBelow += tiedNegatives;
            start = end;
        }

        return positives == 0 || negativesBelow == 0 ? double.NaN : wins / ((double)positives * negativesBelow);
    }

    /// <summary>
    /// AUC within each group, weighted by the group's number of examples (GAUC, Zhu et al. 2017). Groups with one
    /// class only do not count; NaN when none counts.
    /// </summary>
    /// <param name="scores">One score an example.</param>
    /// <param name="labels">0 or 1 for each example.</param>
    /// <param name="groups">The group of each example.</param>
    public static double GroupedAuc(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels, ReadOnlySpan<int> groups)
    {
        var members = new Dictionary<int, List<int>>();
        for (int i = 0; i < groups.Length; i++)
        {
            if (!members.TryGetValue(groups[i], out List<int>? list))
            {
                members.Add(groups[i], list = []);
            }

            list.Add(i);
        }

        double sum = 0;
        long weight = 0;
        foreach (List<int> group in members.Values)
        {
            float[] groupScores = new float[group.Count];
            byte[] groupLabels = new byte[group.Count];
            for (int i = 0; i < group.Count; i++)
            {
                groupScores[i] = scores[group[i]];
                groupLabels[i] = labels[group[i]];
            }

            double auc = Auc(groupScores, groupLabels);
            if (!double.IsNaN(auc))
            {
                sum += auc * group.Count;
                weight += group.Count;
            }
        }

        return weight == 0 ? double.NaN : sum / weight;
    }
}
