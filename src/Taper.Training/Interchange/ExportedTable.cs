using Taper.Data;
using Taper.Models;

namespace Taper.Training.Interchange;

/// <summary>The table of a vocabulary on its way out: a row for each id, in their order.</summary>
internal sealed class ExportedTable
{
    private readonly Vocabulary _vocabulary;
    private readonly IReadOnlyList<byte> _sizes;
    private readonly ScorerRows _rows;

    /// <param name="vocabulary">The values.</param>
    /// <param name="content">The model.</param>
    /// <param name="ofModel">The vocabulary in the model.</param>
    /// <param name="file">The name of its files, without ending.</param>
    public ExportedTable(Vocabulary vocabulary, BundleContent content, BundleVocabulary ofModel, string file)
    {
        _vocabulary = vocabulary;
        _sizes = ofModel.Sizes;
        _rows = new ScorerRows(content, ofModel);
        File = file;
        Dimension = content.Embeddings.Dimension;
        HasFirstOrder = content.FirstOrder is not null;
    }

    /// <summary>The vocabulary's name.</summary>
    public string Name => _vocabulary.Name;

    /// <summary>The name of its files, without ending.</summary>
    public string File { get; }

    /// <summary>How many rows it has.</summary>
    public int Rows => _vocabulary.Size;

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>Whether rows have first-order weights.</summary>
    public bool HasFirstOrder { get; }

    /// <summary>Reads a row at full width.</summary>
    public void Read(int row, Span<float> destination) => _rows.Read(row, destination);

    /// <summary>The first-order weight of a row.</summary>
    public float FirstOrderOf(int row) => _rows.FirstOrderOf(row);

    /// <summary>Writes value, count, kept size, and what else is asked for as Parquet.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="more">The columns that follow.</param>
    /// <param name="cancellation">Stops it.</param>
    public void WriteValues(string folder, IEnumerable<VocabularyColumn> more, CancellationToken cancellation) =>
        _vocabulary.WriteParquet(
            Path.Combine(folder, $"{File}.parquet"), [VocabularyColumn.Of("size", (int row) => (int)_sizes[row]), .. more], cancellation);
}
