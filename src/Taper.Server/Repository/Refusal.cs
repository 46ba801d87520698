namespace Taper.Server.Repository;

/// <summary>Why a version was not loaded.</summary>
/// <param name="Reason">In one sentence.</param>
/// <param name="MayPass">Whether the same files may be loaded later: the reason lies in the store and not in them.</param>
internal sealed record Refusal(string Reason, bool MayPass);
