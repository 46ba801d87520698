using System.Globalization;
using System.IO.Compression;
using System.Text;
using Taper.Data.Duck;
using Taper.Embeddings.Storage;

namespace Taper.Data.Synthetic;

/// <summary>
/// Writes examples of a <see cref="PlantedModel"/>: columns <c>f0</c>, <c>f1</c>, ... with values <c>v0</c> (the most
/// frequent), <c>v1</c>, ..., and <c>label</c>. Made in parallel and streamed; memory does not grow with the rows.
/// </summary>
public static class SyntheticData
{
    private const int RowsOfChunk = 16_384;

    /// <summary>Writes a file; the same configuration gives the same examples on every machine.</summary>
    /// <param name="path">Ends with <c>.csv</c>, <c>.csv.gz</c> or <c>.parquet</c>; appears when it is complete.</param>
    /// <param name="config">What to make.</param>
    /// <param name="progress">Told the rows that are done.</param>
    /// <param name="cancellation">Stops it; nothing is left behind.</param>
    /// <exception cref="DataException">The ending is another, a number is out of range, or the file cannot be written.</exception>
    public static void Write(string path, SyntheticConfig config, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        PlantedModel model = new(config);
        if (path.EndsWith(".csv", StringComparison.Ordinal) || path.EndsWith(".csv.gz", StringComparison.Ordinal))
        {
            bool compressed = path.EndsWith(".gz", StringComparison.Ordinal);
            AtomicFile.Write(path, stream => WriteText(stream, compressed, model, config, progress, cancellation));
        }
        else if (path.EndsWith(".parquet", StringComparison.Ordinal))
        {
            WriteParquet(path, model, config, progress, cancellation);
        }
        else
        {
            throw new DataException($"{path}: the ending says the format; use .csv, .csv.gz or .parquet.");
        }
    }

    private static void WriteText(
        Stream stream, bool compressed, PlantedModel model, SyntheticConfig config, IProgress<long>? progress, CancellationToken cancellation)
    {
        string header = string.Join(',', config.Vocabularies.Select((_, field) => $"f{field}").Append("label")) + "\n";
        stream.Write(Packed(Encoding.UTF8.GetBytes(header), compressed));
        int chunksOfWave = 2 * Environment.ProcessorCount;
        for (long first = 0; first < config.Rows; first += (long)chunksOfWave * RowsOfChunk)
        {
            byte[][] chunks = new byte[chunksOfWave][];
            long start = first;
            Parallel.For(0, chunksOfWave, new ParallelOptions { CancellationToken = cancellation }, chunk =>
            {
                long from = start + ((long)chunk * RowsOfChunk);
                chunks[chunk] = from < config.Rows ? Packed(Chunk(model, config, from), compressed) : [];
            });
            foreach (byte[] chunk in chunks)
            {
                stream.Write(chunk);
            }

            progress?.Report(Math.Min(config.Rows, first + ((long)chunksOfWave * RowsOfChunk)));
        }
    }

    private static byte[] Chunk(PlantedModel model, SyntheticConfig config, long first)
    {
        StringBuilder text = new();
        Span<int> ranks = new int[config.Vocabularies.Count];
        for (long row = first; row < Math.Min(config.Rows, first + RowsOfChunk); row++)
        {
            bool label = model.Draw(row, ranks);
            foreach (int rank in ranks)
            {
                text.Append('v').Append(rank.ToString(CultureInfo.InvariantCulture)).Append(',');
            }

            text.Append(label ? "1\n" : "0\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A gzip file may be several back to back: chunks are packed in parallel.</summary>
    private static byte[] Packed(byte[] bytes, bool compressed)
    {
        if (!compressed)
        {
            return bytes;
        }

        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void WriteParquet(
        string path, PlantedModel model, SyntheticConfig config, IProgress<long>? progress, CancellationToken cancellation)
    {
        string text = path + ".tmp.csv", parquet = path + ".tmp";
        try
        {
            AtomicFile.Write(text, stream => WriteText(stream, false, model, config, progress, cancellation));
            using Database database = Database.InMemory(cancellation);
            database.Execute(
                $"COPY (SELECT * FROM read_csv({Sql.Text(text)}, all_varchar = true)) TO {Sql.Text(parquet)} (FORMAT parquet, COMPRESSION zstd)",
                $"writing {path}");
            File.Move(parquet, path, overwrite: true);
        }
        finally
        {
            File.Delete(text);
            File.Delete(parquet);
        }
    }
}
