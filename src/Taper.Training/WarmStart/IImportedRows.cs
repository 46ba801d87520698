namespace Taper.Training.WarmStart;

/// <summary>The rows of a table that another program wrote.</summary>
internal interface IImportedRows
{
    /// <summary>How they are called in messages: the file, and what in it.</summary>
    string Title { get; }

    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>Reads a row, D finite numbers.</summary>
    /// <exception cref="Embeddings.Storage.ArtifactException">A number is not finite.</exception>
    void Read(int row, Span<float> destination);

    /// <summary>The first-order weight of a row; null where the table has none.</summary>
    /// <exception cref="Embeddings.Storage.ArtifactException">It is not finite.</exception>
    float? FirstOrderOf(int row);
}
