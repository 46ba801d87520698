namespace Taper.Cli.Terminal;

/// <summary>Keeps a command from replacing what it did not make.</summary>
internal static class OutputFolder
{
    /// <summary>Refuses a folder that holds something else than what is to be replaced.</summary>
    /// <param name="folder">Where the command writes.</param>
    /// <param name="isReplaceable">Whether a folder is what the command makes.</param>
    /// <exception cref="UsageException">It holds other files.</exception>
    public static void RefuseOthers(string folder, Func<string, bool> isReplaceable)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !isReplaceable(folder))
        {
            throw new UsageException($"{folder} holds other files; name a new folder with --out.");
        }
    }
}
