namespace Taper.Models.Scoring;

/// <summary>The rows of a vocabulary that are found by no key.</summary>
/// <param name="Unknown">The packed row of values that are not in the vocabulary.</param>
/// <param name="Missing">The packed row of missing values.</param>
/// <param name="Default">The D numbers that rows of size 0 share; empty where there are none.</param>
internal sealed record ReservedRows(byte[] Unknown, byte[] Missing, float[] Default);
