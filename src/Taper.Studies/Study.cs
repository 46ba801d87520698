using Taper.Configuration;
using Taper.Studies.Planning;

namespace Taper.Studies;

/// <summary>A study: which runs it has. Immutable.</summary>
public sealed class Study
{
    /// <summary>The name of the one network of a study that names none.</summary>
    internal const string OnlyNetwork = "default";

    private static readonly Dictionary<string, ConfigText> Nothing = [];

    private Study(string path, StudyConfig config, RunConfigs runs)
    {
        FilePath = path;
        Config = config;
        Runs = runs;
        Settings = [.. SettingsOf(config)];
        Draws = Settings.Where(_ => config.Search is not null).ToDictionary(setting => setting, DrawsOf);
    }

    /// <summary>The study's file.</summary>
    public string FilePath { get; }

    /// <summary>What the file says.</summary>
    public StudyConfig Config { get; }

    /// <summary>Title of the report.</summary>
    public string Name => Config.Name.Length > 0 ? Config.Name : Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>The method that differences are taken from.</summary>
    public string Baseline => Config.Baseline ?? (Config.Methods.ContainsKey("amtl") ? "amtl" : Config.Methods.Keys.First());

    /// <summary>Runs of the whole study, trials among them.</summary>
    public int RunCount => Settings.Count * (Config.Seeds.Count + (Config.Search?.Trials ?? 0));

    /// <summary>What is compared, in the file's order.</summary>
    internal IReadOnlyList<Setting> Settings { get; }

    /// <summary>What the search tries for each setting; empty without one.</summary>
    internal IReadOnlyDictionary<Setting, IReadOnlyList<IReadOnlyDictionary<string, ConfigText>>> Draws { get; }

    internal RunConfigs Runs { get; }

    /// <summary>Reads a study and checks every config of it.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="environment">Variables for <c>${NAME:-default}</c>.</param>
    /// <exception cref="ConfigException">A key is unknown, a value out of range, or a name leads nowhere.</exception>
    public static Study Load(string path, IReadOnlyDictionary<string, string> environment)
    {
        StudyConfig config = ConfigDocument.Load(path, [], environment).Bind<StudyConfig>();
        StudyRules.Check(config, path);
        var study = new Study(path, config, new RunConfigs(config, path, environment));
        foreach (Setting setting in study.Settings)
        {
            IEnumerable<IReadOnlyDictionary<string, ConfigText>> draws = study.Draws.GetValueOrDefault(setting) ?? [];
            foreach (IReadOnlyDictionary<string, ConfigText> draw in draws.Append(Nothing))
            {
                study.Runs.Of(setting, config.Seeds[0], draw);
            }
        }

        return study;
    }

    private static IEnumerable<Setting> SettingsOf(StudyConfig config) =>
        from dataset in config.Datasets
        from network in config.Networks.Keys.DefaultIfEmpty(OnlyNetwork)
        from method in config.Methods
        where method.Value.Only.Count == 0 || method.Value.Only.Contains(dataset.Key)
        from budget in (method.Value.Budgets ?? dataset.Value.Budgets ?? config.Budgets).Distinct().Select(share => (double?)share).DefaultIfEmpty()
        select new Setting(dataset.Key, network, method.Key, budget);

    private IReadOnlyList<IReadOnlyDictionary<string, ConfigText>> DrawsOf(Setting setting) =>
        SearchDraws.Of(
            (Config.Search!.Space ?? new SearchSpace()).With(Config.Methods[setting.Method].Search ?? new SearchSpace()), Config.Search, setting.Method);
}
