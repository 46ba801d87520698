namespace Taper.Models;

/// <summary>A weight of the dense network. Neither array is copied; treat both as read-only.</summary>
/// <param name="Shape">The dimensions, row-major, e.g. [out, in] for the matrix of a linear layer.</param>
/// <param name="Data">The numbers, as many as the product of the shape.</param>
public sealed record NetworkTensor(int[] Shape, float[] Data);
