using Taper.Data.Columns;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing.Parts;

/// <summary>Joins the pieces that parts have written of a column. A piece is gone once it is copied.</summary>
internal static class JoinedColumn
{
    /// <summary>Writes the column into the dataset's folder.</summary>
    /// <param name="folder">The folder of the dataset that is being made.</param>
    /// <param name="column">The column.</param>
    /// <param name="parts">The number of parts.</param>
    /// <exception cref="DataException">It has more values than an offset can tell.</exception>
    /// <exception cref="ArtifactException">A piece is missing or damaged.</exception>
    public static FileEntry Write(string folder, ColumnFile column, int parts)
    {
        string path = Path.Combine(folder, column.Path);
        string[] pieces = [.. Enumerable.Range(0, parts).Select(part => Path.Combine(ColumnFile.FolderOf(folder, part), column.Path))];
        switch (column.Kind)
        {
            case ColumnKind.Labels:
                Copy<byte>(path, pieces);
                break;
            case ColumnKind.Ids:
                Copy<int>(path, pieces);
                break;
            case ColumnKind.Numbers:
                Copy<float>(path, pieces);
                break;
            case ColumnKind.Offsets:
                CopyOffsets(path, pieces, column.Field);
                break;
        }

        return new FileEntry(column.Path, new FileInfo(path).Length, Checksum.OfFile(path));
    }

    private static void Copy<T>(string path, string[] pieces)
        where T : unmanaged
    {
        using NpyWriter<T> joined = new(path);
        foreach (string piece in pieces)
        {
            using (NpyFile<T> values = new(piece))
            {
                joined.Write(values.Values);
            }

            File.Delete(piece);
        }

        joined.Finish();
    }

    /// <summary>The offsets of a piece begin at 0; joined they go on where the piece before ended.</summary>
    private static void CopyOffsets(string path, string[] pieces, string field)
    {
        using NpyWriter<int> joined = new(path);
        long before = 0;
        foreach (string piece in pieces)
        {
            using (NpyFile<int> offsets = new(piece))
            {
                ReadOnlySpan<int> values = offsets.Values;
                if (before + values[^1] > int.MaxValue)
                {
                    throw ColumnEncoder.TooManyValues(field);
                }

                foreach (int offset in values[..^1])
                {
                    joined.Write((int)before + offset);
                }

                before += values[^1];
            }

            File.Delete(piece);
        }

        joined.Write((int)before);
        joined.Finish();
    }
}
