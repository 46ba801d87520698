namespace Taper.Training.Networks;

/// <summary>How an embedded field becomes D wide.</summary>
/// <param name="Vocabulary">Index of its vocabulary; fields of one vocabulary share a projection.</param>
/// <param name="Width">Size of its values, 1 to D; at D nothing is projected.</param>
public sealed record ProjectedField(int Vocabulary, int Width);
