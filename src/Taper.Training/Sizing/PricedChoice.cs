namespace Taper.Training.Sizing;

/// <summary>
/// Gives each group one of a few sizes: the one of largest score − b · size, with the lowest price b of a dimension at which
/// all of them fit a limit. What is left over then raises the groups that lose least by it, while they fit.
/// </summary>
/// <param name="candidates">The sizes, ascending.</param>
/// <param name="rows">Table rows of each group.</param>
internal sealed class PricedChoice(IReadOnlyList<int> candidates, IReadOnlyList<int> rows)
{
    private const int Bisections = 60;

    /// <summary>The size of each group; the smallest candidate for all has to fit.</summary>
    /// <param name="scores">[groups × candidates].</param>
    /// <param name="limit">Most parameters.</param>
    public byte[] Choose(ReadOnlySpan<float> scores, long limit)
    {
        double reach = 1;
        foreach (float score in scores)
        {
            reach = Math.Max(reach, 2.0 * Math.Abs(score) + 1);
        }

        double low = -reach, high = reach;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Parameters(ChoicesAt(scores, middle)) <= limit ? (low, middle) : (middle, high);
        }

        int[] choices = ChoicesAt(scores, high);
        Raise(choices, scores, limit - Parameters(choices), high);
        return [.. choices.Select(choice => (byte)candidates[choice])];
    }

    private int[] ChoicesAt(ReadOnlySpan<float> scores, double price)
    {
        int[] choices = new int[rows.Count];
        for (int g = 0; g < choices.Length; g++)
        {
            for (int c = 1; c < candidates.Count; c++)
            {
                choices[g] = Priced(scores, g, c, price) > Priced(scores, g, choices[g], price) ? c : choices[g];
            }
        }

        return choices;
    }

    private double Priced(ReadOnlySpan<float> scores, int group, int choice, double price) =>
        scores[(group * candidates.Count) + choice] - (price * candidates[choice]);

    private long Parameters(int[] choices) => choices.Select((choice, g) => (long)rows[g] * candidates[choice]).Sum();

    private void Raise(int[] choices, ReadOnlySpan<float> scores, long left, double price)
    {
        PriorityQueue<int, double> queue = new();
        for (int g = 0; g < choices.Length; g++)
        {
            Enqueue(queue, choices, scores, g, price);
        }

        while (queue.TryDequeue(out int group, out _))
        {
            long cost = (long)rows[group] * (candidates[choices[group] + 1] - candidates[choices[group]]);
            if (cost <= left)
            {
                left -= cost;
                choices[group]++;
                Enqueue(queue, choices, scores, group, price);
            }
        }
    }

    private void Enqueue(PriorityQueue<int, double> queue, int[] choices, ReadOnlySpan<float> scores, int group, double price)
    {
        int choice = choices[group];
        if (choice + 1 < candidates.Count)
        {
            queue.Enqueue(group, Priced(scores, group, choice, price) - Priced(scores, group, choice + 1, price));
        }
    }
}
