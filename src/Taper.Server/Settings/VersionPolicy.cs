namespace Taper.Server.Settings;

/// <summary>Which versions of a model are served.</summary>
internal enum VersionPolicy
{
    /// <summary>The highest that can be loaded.</summary>
    Latest,

    /// <summary>All that can be loaded.</summary>
    All,
}
