namespace Taper.Server.Settings;

/// <summary>What is served.</summary>
internal sealed record ModelSettings
{
    /// <summary>See the attribute.</summary>
    [Setting("A bundle, or a folder of models: `PATH/MODEL/VERSION/`, with whole numbers as versions.")]
    public string Path { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("The name of a single bundle's model; empty: the name that its manifest says.")]
    public string Name { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("Which versions of a model are served: `latest`, or `all` that are in its folder.")]
    public VersionPolicy Versions { get; init; } = VersionPolicy.Latest;

    /// <summary>See the attribute.</summary>
    [Setting("Folder in which deltas are made into bundles, each removed with its version; empty: the system's folder for temporary files.")]
    public string Scratch { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("Seconds between two looks at the folder for new versions.", Min = 0.05, Max = 3600)]
    public double PollSeconds { get; init; } = 1;
}
