namespace Taper.Server.Security;

/// <summary>What an API key allows.</summary>
internal enum Right
{
    /// <summary>To score, and to read what is served.</summary>
    Infer,

    /// <summary>To load and unload models.</summary>
    Manage,
}
