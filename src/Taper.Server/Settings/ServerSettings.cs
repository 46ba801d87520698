using Microsoft.Extensions.Configuration;

namespace Taper.Server.Settings;

/// <summary>Everything that can be set of a server. Immutable; made by <see cref="From"/>.</summary>
internal sealed record ServerSettings
{
    /// <summary>The section of the configuration that holds all of it.</summary>
    public const string Section = "Taper";

    /// <summary>What is served.</summary>
    public ModelSettings Models { get; init; } = new();

    /// <summary>Where and how connections are taken.</summary>
    public ListenSettings Listen { get; init; } = new();

    /// <summary>How requests are scored.</summary>
    public ScoringSettings Scoring { get; init; } = new();

    /// <summary>What a request may ask for.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>The store that rows are read from.</summary>
    public StoreSettings Store { get; init; } = new();

    /// <summary>Who may ask.</summary>
    public SecuritySettings Security { get; init; } = new();

    /// <summary>What is told about the work.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>Binds and checks the settings.</summary>
    /// <exception cref="SettingsException">One is unknown or out of its range.</exception>
    public static ServerSettings From(IConfiguration configuration)
    {
        var settings = (ServerSettings)SettingsBinder.Bind(configuration.GetSection(Section), typeof(ServerSettings), "");
        if (settings.Models.Path.Length == 0)
        {
            throw new SettingsException("Name what to serve: a bundle, or a folder of models (models.path).");
        }

        settings.Security.Check();
        return settings;
    }
}
