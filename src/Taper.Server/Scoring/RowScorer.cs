using Taper.Models;
using Taper.Server.Protocols;
using Taper.Server.Repository;

namespace Taper.Server.Scoring;

/// <summary>Scores the rows of requests with a version, on the calling thread.</summary>
internal static class RowScorer
{
    /// <summary>Scores the rows of one request, some at a time.</summary>
    /// <param name="version">Held by a lease.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="scores">Receives a probability for each row.</param>
    /// <param name="most">Rows that are scored at once.</param>
    /// <exception cref="RequestException">400: a numeric value is too large.</exception>
    public static void Score(ModelVersion version, RequestRows rows, Span<float> scores, int most)
    {
        FeatureBatch batch = version.Rent();
        try
        {
            for (int first = 0; first < rows.Count; first += most)
            {
                int count = Math.Min(most, rows.Count - first);
                batch.Clear();
                Add(batch, rows, first, count);
                version.Scorer.Score(batch, scores.Slice(first, count));
                version.Usage.Count(batch);
            }
        }
        catch (ScoringException e)
        {
            throw RequestException.Bad(e.Message);
        }
        finally
        {
            version.Return(batch);
        }
    }

    /// <summary>Scores the rows of several requests together; when one of them cannot be scored, each by itself.</summary>
    public static void Score(ModelVersion version, IReadOnlyList<PendingScore> requests, int most)
    {
        FeatureBatch batch = version.Rent();
        float[] scores = new float[requests.Sum(request => request.Rows.Count)];
        try
        {
            foreach (PendingScore request in requests)
            {
                Add(batch, request.Rows, 0, request.Rows.Count);
            }

            version.Scorer.Score(batch, scores);
            version.Usage.Count(batch);
        }
        catch (ScoringException)
        {
            ScoreEach(version, requests, most);
            return;
        }
        finally
        {
            version.Return(batch);
        }

        int at = 0;
        foreach (PendingScore request in requests)
        {
            scores.AsSpan(at, request.Rows.Count).CopyTo(request.Scores.Span);
            at += request.Rows.Count;
            request.Complete();
        }
    }

    private static void ScoreEach(ModelVersion version, IReadOnlyList<PendingScore> requests, int most)
    {
        foreach (PendingScore request in requests)
        {
            try
            {
                Score(version, request.Rows, request.Scores.Span, most);
                request.Complete();
            }
            catch (RequestException e)
            {
                request.Fail(e);
            }
        }
    }

    private static void Add(FeatureBatch batch, RequestRows rows, int first, int count)
    {
        for (int row = first; row < first + count; row++)
        {
            batch.AddRow();
            for (int field = 0; field < batch.Fields.Count; field++)
            {
                ReadOnlySpan<byte> text = rows.Get(row, field);
                if (!text.IsEmpty)
                {
                    batch.Set(field, text);
                }
            }
        }
    }
}
