using System.Buffers;
using System.Text.Json;
using Taper.Server.Settings;

namespace Taper.Server.Scoring;

/// <summary>The memory that a request works in, from parsing to its answer. Rented from <see cref="WorkspacePool"/>.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly WorkspacePool pool;
    private float[] scores = new float[64];

    public Workspace(LimitSettings limits, WorkspacePool pool)
    {
        this.pool = pool;
        Rows = new RequestRows(limits);
        Json = new Utf8JsonWriter(Answer);
    }

    /// <summary>The rows to score.</summary>
    public RequestRows Rows { get; }

    /// <summary>The answer's bytes.</summary>
    public ArrayBufferWriter<byte> Answer { get; } = new(1024);

    /// <summary>Writes JSON to <see cref="Answer"/>.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>A score for each row of <see cref="Rows"/>.</summary>
    public Memory<float> Scores
    {
        get
        {
            if (scores.Length < Rows.Count)
            {
                scores = new float[Math.Max(Rows.Count, scores.Length * 2)];
            }

            return scores.AsMemory(0, Rows.Count);
        }
    }

    /// <summary>The bytes of memory it keeps.</summary>
    public long KeptBytes => Rows.KeptBytes + Answer.Capacity + ((long)scores.Length * sizeof(float));

    /// <summary>Forgets the answer.</summary>
    public void Clear()
    {
        Answer.ResetWrittenCount();
        Json.Reset();
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => pool.Return(this);
}
