namespace Taper.Training.WarmStart;

/// <summary>Rows of a new model that take a trained one's over: all of its rows, or those of a shard.</summary>
internal interface IInitialTarget
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>The row that stands for the values of a vocabulary that have none of their own; −1 where each has one.</summary>
    int DefaultRowOf(int vocabulary);

    /// <summary>Whether a row is among them.</summary>
    bool Has(int row);

    /// <summary>The kept prefix of a row.</summary>
    Span<float> EmbeddingOf(int row);

    /// <summary>The first-order weight of a row; empty where the model has none.</summary>
    Span<float> FirstOrderOf(int row);
}
