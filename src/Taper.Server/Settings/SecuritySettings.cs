using Taper.Server.Security;

namespace Taper.Server.Settings;

/// <summary>Who may ask.</summary>
internal sealed record SecuritySettings
{
    /// <summary>See the attribute.</summary>
    [Setting("The keys that are accepted; `taper serve --new-key` makes one. None: everybody is served.")]
    public IReadOnlyList<ApiKeySettings> ApiKeys { get; init; } = [];

    /// <summary>See the attribute.</summary>
    [Setting("Serve everybody who reaches an address beyond this machine, without keys.")]
    public bool AllowAnonymous { get; init; }

    /// <summary>See the attribute.</summary>
    [Setting("Host names that requests may be addressed to, such as `scores.example.com` or `*.example.com`; `*`: all. None: those of this machine while only it is listened to, otherwise all.")]
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Refuses keys that are not whole.</summary>
    /// <exception cref="SettingsException">One is not.</exception>
    public void Check()
    {
        for (int i = 0; i < ApiKeys.Count; i++)
        {
            ApiKeySettings key = ApiKeys[i];
            if (!ApiKey.IsHash(key.Sha256))
            {
                throw new SettingsException($"The setting security.api_keys.{i}.sha256 has to be 64 hexadecimal digits; `taper serve --new-key` prints a key and its hash.");
            }

            if (key.Rights.Count == 0)
            {
                throw new SettingsException($"The setting security.api_keys.{i}.rights is empty; write infer, manage, or both.");
            }
        }
    }
}
