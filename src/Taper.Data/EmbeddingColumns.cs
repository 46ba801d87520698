namespace Taper.Data;

/// <summary>What the columns of a Parquet file of embeddings are called, upper or lower case.</summary>
/// <param name="Embedding">The column of the embeddings: lists or arrays of floats or doubles.</param>
/// <param name="Value">The column of the feature values, of any type; null where they are not wanted.</param>
/// <param name="FirstOrder">The column of the first-order weights, numbers; null where there is none.</param>
public sealed record EmbeddingColumns(string Embedding, string? Value, string? FirstOrder);
