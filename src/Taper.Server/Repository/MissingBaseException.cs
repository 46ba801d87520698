namespace Taper.Server.Repository;

/// <summary>A delta whose bundle is not there; it may come.</summary>
internal sealed class MissingBaseException(string message) : Exception(message);
