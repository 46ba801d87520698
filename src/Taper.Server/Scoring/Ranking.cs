namespace Taper.Server.Scoring;

/// <summary>Orders items by their scores.</summary>
internal static class Ranking
{
    /// <summary>The indices of the best scores, the best first; among equals the lower index.</summary>
    public static int[] Best(ReadOnlySpan<float> scores, int top)
    {
        int count = Math.Min(top, scores.Length);
        var kept = new PriorityQueue<int, (float Score, int Later)>(count + 1);
        for (int i = 0; i < scores.Length; i++)
        {
            (float, int) rank = (scores[i], -i);
            if (kept.Count < count)
            {
                kept.Enqueue(i, rank);
            }
            else
            {
                kept.EnqueueDequeue(i, rank);
            }
        }

        int[] best = new int[count];
        for (int place = count - 1; place >= 0; place--)
        {
            best[place] = kept.Dequeue();
        }

        return best;
    }
}
