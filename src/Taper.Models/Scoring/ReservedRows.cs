using Taper.Models.Compact;

namespace Taper.Models.Scoring;

/// <summary>The rows of a vocabulary that are found by no key.</summary>
/// <param name="Unknown">The packed row of values that are not in the vocabulary.</param>
/// <param name="Missing">The packed row of missing values.</param>
/// <param name="Shared">What all of its rows have in common.</param>
internal sealed record ReservedRows(byte[] Unknown, byte[] Missing, SharedNumbers Shared);
