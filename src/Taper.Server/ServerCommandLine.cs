using Taper.Embeddings.Storage;
using Taper.Server.Security;
using Taper.Server.Settings;

namespace Taper.Server;

/// <summary>The server as a program of its own: <c>Taper.Server [PATH] [--urls URLS] [--settings FILE] [--set key=value]...</c></summary>
internal static class ServerCommandLine
{
    private const string Usage = "usage: Taper.Server [PATH] [--urls URLS] [--settings FILE] [--set section.key=value]... | --new-key";
    private const int UsageExit = 2;
    private const int ArtifactExit = 3;

    /// <summary>Runs it to its end and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        if (args is ["--new-key"])
        {
            NewKey.Print(Console.Out);
            return 0;
        }

        try
        {
            await TaperServer.RunAsync(Parse(args), CancellationToken.None);
            return 0;
        }
        catch (SettingsException e)
        {
            return await FailAsync(e, UsageExit);
        }
        catch (Exception e) when (e is ArtifactException or IOException)
        {
            return await FailAsync(e, ArtifactExit);
        }
    }

    private static async Task<int> FailAsync(Exception exception, int exit)
    {
        await Console.Error.WriteLineAsync($"error: {exception.Message}");
        return exit;
    }

    private static ServerRequest Parse(string[] args)
    {
        var request = new ServerRequest();
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                request = request.Path is null ? request with { Path = args[i] } : throw new SettingsException(Usage);
                continue;
            }

            string name = args[i];
            string value = ++i < args.Length ? args[i] : throw new SettingsException($"{name} needs a value; {Usage}");
            request = name switch
            {
                "--urls" => request with { Urls = value },
                "--settings" => request with { SettingsFile = value },
                "--set" => request with { Overrides = [.. request.Overrides, value] },
                _ => throw new SettingsException($"There is no option {name}; {Usage}"),
            };
        }

        return request;
    }
}
