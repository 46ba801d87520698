namespace Taper.Server.Security;

/// <summary>Makes API keys.</summary>
public static class NewKey
{
    /// <summary>Prints a new key, which is shown this once, and its SHA-256 for the settings.</summary>
    public static void Print(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        string key = ApiKey.New();
        output.WriteLine($"key     {key}");
        output.WriteLine($"sha256  {Convert.ToHexStringLower(ApiKey.Hash(key))}");
    }
}
