namespace Taper.Server.Repository;

/// <summary>A version as the repository's index shows it.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version's number.</param>
/// <param name="IsReady">Whether it answers requests.</param>
/// <param name="Reason">Why it does not; empty where it does.</param>
internal sealed record VersionStatus(string Model, long Version, bool IsReady, string Reason);
