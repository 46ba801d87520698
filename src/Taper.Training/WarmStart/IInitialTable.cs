using Taper.Data;

namespace Taper.Training.WarmStart;

/// <summary>The embeddings of a vocabulary in a trained model.</summary>
internal interface IInitialTable
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>The row of values that have none of their own; −1 where there is no such row.</summary>
    int UnknownRow { get; }

    /// <summary>The row of missing values; −1 where there is none.</summary>
    int MissingRow { get; }

    /// <summary>The row of a value, given as UTF-8; −1 where it has none.</summary>
    int Find(ReadOnlySpan<byte> value);

    /// <summary>The row of what has an id in a vocabulary; −1 where it has none.</summary>
    int RowOf(int id, ReadOnlySpan<byte> value) => id switch
    {
        Vocabulary.Unknown => UnknownRow,
        Vocabulary.Missing => MissingRow,
        _ => Find(value),
    };

    /// <summary>Reads a row, D numbers.</summary>
    void Read(int row, Span<float> destination);

    /// <summary>The first-order weight of a row; null where the model has none.</summary>
    float? FirstOrderOf(int row);
}
