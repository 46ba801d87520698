using Taper.Embeddings.Features;

namespace Taper.Models.Scoring;

/// <summary>The rows that are fetched for one batch, of all vocabularies. Not thread-safe.</summary>
/// <param name="tables">One for each vocabulary, in the manifest's order.</param>
internal sealed class FetchedRows(IReadOnlyList<FetchedTable> tables)
{
    /// <summary>One for each vocabulary, in the manifest's order.</summary>
    public IReadOnlyList<FetchedTable> Tables => tables;

    /// <summary>The table of a field that has embeddings.</summary>
    public IRowTable TableOf(FeatureField field) => tables.First(table => table.Name == field.Vocabulary);

    /// <summary>How many keys are wanted.</summary>
    public int WantedCount => tables.Sum(table => table.Wanted.Length);

    /// <summary>The bytes of memory it keeps.</summary>
    public long KeptBytes => tables.Sum(table => table.KeptBytes);

    /// <summary>Forgets what was fetched.</summary>
    public void Clear()
    {
        foreach (FetchedTable table in tables)
        {
            table.Clear();
        }
    }
}
