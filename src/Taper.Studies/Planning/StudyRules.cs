using System.Text.RegularExpressions;
using Taper.Configuration;

namespace Taper.Studies.Planning;

/// <summary>What has to hold between the keys of a study.</summary>
internal static partial class StudyRules
{
    /// <exception cref="ConfigException">Something does not; the message says what and how to mend it.</exception>
    public static void Check(StudyConfig config, string path)
    {
        Require(config.Datasets.Count > 0, path, "datasets: name at least one.");
        Require(config.Methods.Count > 0, path, "methods: name at least one.");
        Require(config.Seeds.Count > 0, path, "seeds: name at least one, as in [1, 2, 3].");
        Require(config.Seeds.Distinct().Count() == config.Seeds.Count, path, "seeds: each may stand there once.");
        foreach (string name in config.Datasets.Keys.Concat(config.Networks.Keys).Concat(config.Methods.Keys))
        {
            Require(Name().IsMatch(name), path, $"'{name}' names a folder: use letters, digits, '.', '_' and '-', beginning with a letter or digit.");
        }

        foreach ((string name, StudyDataset dataset) in config.Datasets)
        {
            Require(dataset.Config is not null || dataset.Dataset is not null, path,
                $"datasets.{name}: name a config to prepare it with, or a dataset folder.");
        }

        foreach ((string name, StudyMethod method) in config.Methods)
        {
            foreach (string dataset in method.Only.Concat(method.ByDataset.Keys))
            {
                Require(config.Datasets.ContainsKey(dataset), path,
                    $"methods.{name}: there is no dataset '{dataset}'; known here: {string.Join(", ", config.Datasets.Keys)}.");
            }
        }

        Require(config.Baseline is null || config.Methods.ContainsKey(config.Baseline), path,
            $"baseline: there is no method '{config.Baseline}'; known here: {string.Join(", ", config.Methods.Keys)}.");
    }

    private static void Require(bool holds, string path, string message)
    {
        if (!holds)
        {
            throw new ConfigException($"{path}: {message}");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Name();
}
