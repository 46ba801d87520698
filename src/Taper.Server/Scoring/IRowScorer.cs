using Taper.Server.Protocols;
using Taper.Server.Repository;

namespace Taper.Server.Scoring;

/// <summary>Scores the rows of requests with a version, on the calling thread. Thread-safe.</summary>
internal interface IRowScorer
{
    /// <summary>Scores the rows of one request; what they share is looked up once.</summary>
    /// <param name="version">Held by a lease.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="scores">Receives a probability for each row.</param>
    /// <exception cref="RequestException">400: a numeric value is too large.</exception>
    void Score(ModelVersion version, RequestRows rows, Span<float> scores);

    /// <summary>Scores the rows of several requests together and completes them; when one cannot be scored, each by itself.</summary>
    void Score(ModelVersion version, IReadOnlyList<PendingScore> requests);
}
