namespace Taper.Server.Security;

/// <summary>The right that an endpoint requires, in its metadata; an endpoint without one is open.</summary>
internal sealed record RequiredRight(Right Right);
