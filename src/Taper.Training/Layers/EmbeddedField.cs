using Taper.Embeddings.Features;

namespace Taper.Training.Layers;

/// <summary>A feature field as the embedding layer sees it.</summary>
/// <param name="Vocabulary">Index of its vocabulary.</param>
/// <param name="Pooling">How several values of one example are combined.</param>
public sealed record EmbeddedField(int Vocabulary, Pooling Pooling);
