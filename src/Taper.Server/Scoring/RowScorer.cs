using Taper.Models;
using Taper.Server.Protocols;
using Taper.Server.Repository;

namespace Taper.Server.Scoring;

/// <summary>Scores with the version's own scorer.</summary>
internal sealed class RowScorer : IRowScorer
{
    /// <summary>Rows of one request that are scored at once: more than a cache holds gains nothing.</summary>
    private const int MostRows = 1024;

    /// <inheritdoc/>
    public void Score(ModelVersion version, RequestRows rows, Span<float> scores)
    {
        if (rows.Fetched is { } fetched)
        {
            ScoreFetched(version, fetched, scores);
            return;
        }

        CandidateBatch batch = version.Candidates.Rent();
        try
        {
            for (int first = 0; first < rows.Count; first += MostRows)
            {
                int count = Math.Min(MostRows, rows.Count - first);
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
            version.Candidates.Return(batch);
        }
    }

    /// <inheritdoc/>
    public void Score(ModelVersion version, IReadOnlyList<PendingScore> requests)
    {
        if (version.Remote is not null)
        {
            ScoreEach(version, requests); // each has rows of its own
            return;
        }

        FeatureBatch batch = version.Batches.Rent();
        float[] scores = new float[requests.Sum(request => request.Rows.Count)];
        try
        {
            foreach (PendingScore request in requests)
            {
                Add(batch, request.Rows);
            }

            version.Scorer.Score(batch, scores);
            version.Usage.Count(batch);
        }
        catch (ScoringException)
        {
            ScoreEach(version, requests);
            return;
        }
        finally
        {
            version.Batches.Return(batch);
        }

        int at = 0;
        foreach (PendingScore request in requests)
        {
            scores.AsSpan(at, request.Rows.Count).CopyTo(request.Scores.Span);
            at += request.Rows.Count;
            request.Complete();
        }
    }

    private void ScoreEach(ModelVersion version, IReadOnlyList<PendingScore> requests)
    {
        foreach (PendingScore request in requests)
        {
            try
            {
                Score(version, request.Rows, request.Scores.Span);
                request.Complete();
            }
            catch (RequestException e)
            {
                request.Fail(e);
            }
        }
    }

    private static void ScoreFetched(ModelVersion version, CandidateBatch batch, Span<float> scores)
    {
        try
        {
            version.Scorer.Score(batch, scores);
            version.Usage.Count(batch);
        }
        catch (ScoringException e)
        {
            throw RequestException.Bad(e.Message);
        }
    }

    private static void Add(CandidateBatch batch, RequestRows rows, int first, int count)
    {
        AddShared(batch, rows);
        for (int row = first; row < first + count; row++)
        {
            AddRow(batch, rows, row);
        }
    }

    /// <summary>Sets what all rows of a request share.</summary>
    public static void AddShared(CandidateBatch batch, RequestRows rows)
    {
        for (int field = 0; field < batch.Fields.Count; field++)
        {
            ReadOnlySpan<byte> text = rows.Get(RequestRows.Shared, field);
            if (!text.IsEmpty)
            {
                batch.SetShared(field, text);
            }
        }
    }

    /// <summary>Adds a row of a request.</summary>
    public static void AddRow(CandidateBatch batch, RequestRows rows, int row)
    {
        batch.AddCandidate();
        for (int field = 0; field < batch.Fields.Count; field++)
        {
            ReadOnlySpan<byte> text = rows.GetOwn(row, field);
            if (!text.IsEmpty)
            {
                batch.Set(field, text);
            }
        }
    }

    private static void Add(FeatureBatch batch, RequestRows rows)
    {
        for (int row = 0; row < rows.Count; row++)
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
