namespace Taper.Server;

/// <summary>What a command line says of the server to run; everything else comes from settings files and the environment.</summary>
public sealed record ServerRequest
{
    /// <summary>A bundle or a folder of models; null where the settings say it.</summary>
    public string? Path { get; init; }

    /// <summary>Addresses, with <c>;</c> between them; null where the settings say it.</summary>
    public string? Urls { get; init; }

    /// <summary>A JSON file with settings; null: <c>appsettings.json</c> of the working folder, where there is one.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Settings as <c>section.key=value</c>; they win over all others.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}
