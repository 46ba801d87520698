using Taper.Data.Duck;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing;

/// <summary>The Parquet file of the values that wait to enter a vocabulary: value, count, where they are kept exact_count and age.</summary>
internal static class WaitingFile
{
    /// <summary>Goes through the values with their counts and ages.</summary>
    /// <exception cref="ArtifactException">The file is damaged.</exception>
    public static void Visit(string path, Action<ReadOnlySpan<byte>, double, int> visitor)
    {
        using Database database = Database.InMemory();
        ValueColumns columns = new(path, database);
        using ChunkStream stream = database.Stream($"SELECT CAST(value AS VARCHAR), {columns.Counts}, {columns.Ages} FROM {columns.Table}", $"reading {path}");
        while (stream.Next())
        {
            ReadOnlySpan<double> counts = stream.Column<double>(1);
            ReadOnlySpan<int> ages = stream.Column<int>(2);
            for (int row = 0; row < stream.Count; row++)
            {
                ReadOnlySpan<byte> value = stream.Utf8(0, row);
                if (value.IsEmpty || !ValueColumns.IsCount(counts[row]) || !ValueColumns.IsAge(ages[row]))
                {
                    throw new ArtifactException($"{path} has a row without a value, a count or an age; prepare the dataset again.");
                }

                visitor(value, counts[row], ages[row]);
            }
        }
    }
}
