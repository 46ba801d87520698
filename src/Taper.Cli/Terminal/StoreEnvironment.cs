using Taper.Store;

namespace Taper.Cli.Terminal;

/// <summary>How the store is spoken to, from the variables that the server reads too: a password has no place on a command line.</summary>
internal static class StoreEnvironment
{
    /// <param name="addresses">HOST:PORT; null: as the environment says.</param>
    /// <exception cref="UsageException">No store is named, or what names it cannot be used.</exception>
    public static StoreOptions Options(string? addresses)
    {
        try
        {
            string file = Variable("PASSWORD_FILE");
            return new StoreOptions(addresses ?? Variable("REDIS"))
            {
                User = Variable("USER"),
                Password = Variable("PASSWORD") is { Length: > 0 } password ? password : file.Length > 0 ? StoreOptions.PasswordIn(file) : "",
                Tls = Variable("TLS") is var tls && (tls.Length > 0 && (bool.TryParse(tls, out bool on) ? on : throw new UsageException($"TAPER_STORE__TLS is '{tls}'; it has to be true or false."))),
            };
        }
        catch (StoreException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable($"TAPER_STORE__{name}") ?? "";
}
