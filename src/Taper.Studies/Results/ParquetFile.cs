using DuckDB.NET.Data;
using Taper.Embeddings.Storage;

namespace Taper.Studies.Results;

/// <summary>Writes results.csv again as Parquet, with its columns' types.</summary>
internal static class ParquetFile
{
    public const string Name = "results.parquet";

    /// <exception cref="ArtifactException">The file cannot be written.</exception>
    public static void Write(string csv, string parquet)
    {
        string temporary = parquet + ".tmp";
        string columns = string.Join(", ", ResultColumns.Names.Zip(ResultColumns.SqlTypes, (name, type) => $"{Text(name)}: {Text(type)}"));
        try
        {
            using DuckDBConnection connection = new("DataSource=:memory:;autoinstall_known_extensions=false;autoload_known_extensions=false");
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT * FROM read_csv({Text(csv)}, header = true, columns = {{{columns}}})) TO {Text(temporary)} (FORMAT parquet, COMPRESSION zstd)";
            command.ExecuteNonQuery();
            File.Move(temporary, parquet, overwrite: true);
        }
        catch (DuckDBException e)
        {
            throw new ArtifactException($"{parquet} cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
