using System.Text;
using Taper.Embeddings.Storage;

namespace Taper.Studies.Results;

/// <summary>Reads and writes results.csv: text, in the order of the runs' names, so that it can be committed.</summary>
internal static class ResultsFile
{
    public const string Name = "results.csv";

    /// <summary>The rows of a file.</summary>
    /// <exception cref="ArtifactException">The file cannot be read as results.</exception>
    public static IReadOnlyList<RunResult> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        IReadOnlyList<string> header = CsvText.Cells(lines.FirstOrDefault() ?? "");
        if (!header.Contains("hash"))
        {
            throw new ArtifactException($"{path} holds no results of `taper compare`: its first line names no column 'hash'.");
        }

        return [.. lines.Skip(1).Select((line, row) => Row(path, row + 2, header, line))];
    }

    /// <summary>Replaces the file; a reader sees the old one or the whole new one.</summary>
    public static void Write(string path, IEnumerable<RunResult> results)
    {
        StringBuilder text = new();
        text.Append(CsvText.Line(ResultColumns.Names)).Append('\n');
        foreach (RunResult result in results.OrderBy(result => result.Dataset, StringComparer.Ordinal)
            .ThenBy(result => result.Network, StringComparer.Ordinal)
            .ThenBy(result => result.Method, StringComparer.Ordinal)
            .ThenBy(result => result.Budget ?? double.MaxValue)
            .ThenBy(result => result.Trial ?? long.MaxValue)
            .ThenBy(result => result.Seed))
        {
            text.Append(CsvText.Line(ResultColumns.Write(result))).Append('\n');
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static RunResult Row(string path, int number, IReadOnlyList<string> header, string line)
    {
        IReadOnlyList<string> cells = CsvText.Cells(line);
        try
        {
            return cells.Count == header.Count
                ? ResultColumns.Read(header.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second))
                : throw new FormatException($"there are {cells.Count} cells under {header.Count} columns");
        }
        catch (FormatException e)
        {
            throw new ArtifactException($"{path}:{number}: {e.Message}; mend the line or remove it, and its run is done again.", e);
        }
    }
}
