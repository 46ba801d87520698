using System.Globalization;
using Taper.Configuration;
using Taper.Training;

namespace Taper.Studies.Planning;

/// <summary>Puts a run's config together from the parts of a study.</summary>
/// <param name="config">The study.</param>
/// <param name="path">The study's file, which relative paths start from.</param>
/// <param name="environment">Variables for <c>${NAME}</c>.</param>
internal sealed class RunConfigs(StudyConfig config, string path, IReadOnlyDictionary<string, string> environment)
{
    private const string DataSection = "data.";

    /// <summary>The config file of a dataset, or null.</summary>
    public string? FileOf(string dataset) => config.Datasets[dataset].Config is { } file ? Under(file) : null;

    /// <summary>A path as the study's file means it.</summary>
    public string Under(string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file);

    /// <summary>The settings of a dataset's data section, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> DataSettings(string dataset) =>
        [.. Lines(config.Set, forData: true), .. Lines(config.Datasets[dataset].Set, forData: true)];

    /// <summary>The config of one run.</summary>
    /// <param name="setting">Which method, where, at which budget.</param>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="chosen">What a search chose.</param>
    /// <exception cref="ConfigException">A key is unknown or a value out of range.</exception>
    public (RunConfig Config, string Yaml) Of(Setting setting, long seed, IReadOnlyDictionary<string, ConfigText> chosen)
    {
        IReadOnlyDictionary<string, ConfigText>? atBudget = AtBudget(config.Methods[setting.Method], setting.Budget);
        List<string> settings = Settings(setting, seed, atBudget, chosen);
        (RunConfig run, string yaml) = Bound(setting, settings);
        return run.Sizing.Method == "fixed"
            ? Bound(setting, [.. settings, .. OfFixed(run.Sizing.EmbeddingDim, atBudget is null ? setting.Budget : null)])
            : (run, yaml);
    }

    /// <summary>D of the full table that a setting's budget is a share of, also where a fixed size keeps within it by being smaller.</summary>
    public int FullDimension(Setting setting) =>
        Bound(setting, Settings(setting, config.Seeds[0], null, new Dictionary<string, ConfigText>())).Config.Sizing.EmbeddingDim;

    private List<string> Settings(
        Setting setting, long seed, IReadOnlyDictionary<string, ConfigText>? atBudget, IReadOnlyDictionary<string, ConfigText> chosen)
    {
        StudyMethod method = config.Methods[setting.Method];
        return
        [
            .. Lines(config.Set),
            .. Lines(config.Datasets[setting.Dataset].Set),
            .. config.Networks.TryGetValue(setting.Network, out StudyNetwork? network) ? Lines(network.Set) : [],
            .. Lines(method.Set),
            .. setting.Budget is double budget ? [Line("sizing.budget", budget)] : Array.Empty<string>(),
            .. method.ByDataset.TryGetValue(setting.Dataset, out var there) ? Lines(there) : [],
            .. atBudget is null ? [] : Lines(atBudget),
            .. Lines(chosen),
            Line("training.seed", seed),
            Line("training.threads", config.Threads),
        ];
    }

    /// <summary>A fixed size heeds no budget: it keeps within one by being smaller.</summary>
    private static IEnumerable<string> OfFixed(int dimension, double? budget)
    {
        const double Rounding = 1e-9;
        yield return "sizing.budget=null";
        if (budget is double share)
        {
            yield return Line("sizing.embedding_dim", Math.Max(1, Math.Floor((dimension * share) + Rounding)));
        }
    }

    private static IReadOnlyDictionary<string, ConfigText>? AtBudget(StudyMethod method, double? budget) => method.ByBudget
        .Where(entry => double.TryParse(entry.Key, NumberStyles.Float, CultureInfo.InvariantCulture, out double at) && at == budget)
        .Select(entry => entry.Value)
        .FirstOrDefault();

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, ConfigText> set, bool forData = false) =>
        set.Where(entry => entry.Key.StartsWith(DataSection, StringComparison.Ordinal) == forData).Select(entry => $"{entry.Key}={entry.Value}");

    private static string Line(string key, IFormattable value) => $"{key}={value.ToString(null, CultureInfo.InvariantCulture)}";

    private (RunConfig Config, string Yaml) Bound(Setting setting, List<string> settings)
    {
        try
        {
            ConfigDocument document = FileOf(setting.Dataset) is { } file
                ? ConfigDocument.Load(file, settings, environment)
                : ConfigDocument.Parse("", path, settings, environment);
            RunConfig run = RunConfig.From(document);
            return (run, document.ToYaml());
        }
        catch (ConfigException e)
        {
            string budget = setting.Budget is null ? "" : $" at {RunName.TextOf(setting.Budget)}";
            throw new ConfigException($"{path}: {setting.Method} on {setting.Dataset}{budget}: {e.Message}", e);
        }
    }
}
