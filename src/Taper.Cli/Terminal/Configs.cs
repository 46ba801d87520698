using System.Collections;
using System.CommandLine;
using Taper.Configuration;
using Taper.Data;
using Taper.Training;

namespace Taper.Cli.Terminal;

/// <summary>Reads the config a command names. All sections of the file are checked, whichever the command needs.</summary>
internal static class Configs
{
    private static readonly string[] RunSections = ["network", "sizing", "training", "import"];

    /// <summary>The <c>--set</c> option.</summary>
    public static Option<string[]> SetOption() => new("--set")
    {
        Description = "Override a key of the config, as in --set sizing.budget=0.25; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Loads a config file.</summary>
    public static ConfigDocument Load(string path, IReadOnlyList<string> overrides)
    {
        ConfigDocument document = ConfigDocument.Load(path, overrides, Variables());
        document.RefuseUnknownSections(["data", .. RunSections]);
        return document;
    }

    /// <summary>The <c>data</c> section; the others are checked too.</summary>
    public static DataConfig Data(ConfigDocument document, string path)
    {
        if (!document.Has("data"))
        {
            throw new ConfigException($"{path}: no 'data' section, which says what to prepare; add one.");
        }

        if (RunSections.Any(document.Has))
        {
            RunConfig.From(document);
        }

        return document.Bind<DataConfig>("data");
    }

    /// <summary>The sections of a run; the data section is checked too.</summary>
    public static RunConfig Run(ConfigDocument document)
    {
        if (document.Has("data"))
        {
            document.Bind<DataConfig>("data");
        }

        return RunConfig.From(document);
    }

    /// <summary>The environment's variables.</summary>
    public static IReadOnlyDictionary<string, string> Variables() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
}
