using System.Globalization;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models;

namespace Taper.Cli.Prediction;

/// <summary>Scores the rows of a file, in order, into a CSV file with one column, <c>probability</c>.</summary>
internal static class FilePrediction
{
    private const int LongestNumber = 32;

    /// <summary>Writes the scores; the file appears once all rows are scored.</summary>
    public static PredictionSummary Write(
        Scorer scorer, RowSource rows, string output, IProgress<long> progress, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        string[] columns = [.. scorer.Fields.Select(field => ColumnOf(field, rows))];
        IEnumerable<RawChunk> chunks = rows.ReadChunks(columns); // refuses a missing column before anything is written
        long count = 0;
        long[] values = new long[columns.Length], unknown = new long[columns.Length];
        AtomicFile.Write(output, stream =>
        {
            stream.Write("probability\n"u8);
            FeatureBatch batch = scorer.CreateBatch();
            float[] scores = [];
            foreach (RawChunk chunk in chunks)
            {
                cancellation.ThrowIfCancellationRequested();
                Fill(batch, chunk, columns.Length);
                if (scores.Length < batch.Count)
                {
                    scores = new float[batch.Count];
                }

                scorer.Score(batch, scores);
                Write(stream, scores.AsSpan(0, batch.Count));
                for (int field = 0; field < columns.Length; field++)
                {
                    values[field] += batch.ValueCount(field);
                    unknown[field] += batch.UnknownCount(field);
                }

                count += batch.Count;
                progress.Report(count);
            }
        });
        return new PredictionSummary(
            count,
            TimeProvider.System.GetElapsedTime(start).TotalSeconds,
            [.. scorer.Fields.Select((field, place) => new UnknownValues(field.Name, values[place], unknown[place]))]);
    }

    /// <summary>The column that training read; a file that names its columns as the fields will do too.</summary>
    private static string ColumnOf(FeatureField field, RowSource rows) =>
        !rows.Columns.Contains(field.Column, StringComparer.OrdinalIgnoreCase) && rows.Columns.Contains(field.Name, StringComparer.OrdinalIgnoreCase)
            ? field.Name
            : field.Column;

    private static void Fill(FeatureBatch batch, RawChunk chunk, int fields)
    {
        batch.Clear();
        for (int row = 0; row < chunk.Count; row++)
        {
            batch.AddRow();
            for (int field = 0; field < fields; field++)
            {
                batch.Set(field, chunk.Utf8(field, row));
            }
        }
    }

    private static void Write(Stream stream, ReadOnlySpan<float> scores)
    {
        Span<byte> line = stackalloc byte[LongestNumber];
        foreach (float score in scores)
        {
            score.TryFormat(line, out int length, default, CultureInfo.InvariantCulture);
            line[length++] = (byte)'\n';
            stream.Write(line[..length]);
        }
    }
}
