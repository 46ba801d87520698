using System.Text.RegularExpressions;
using Taper.Configuration;
using Taper.Data.Sources;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>What must hold between the keys of a <see cref="DataConfig"/> before any file is touched.</summary>
internal static partial class ConfigRules
{
    /// <summary>The most fields a dataset may have.</summary>
    private const int MostFields = 4096;

    /// <exception cref="ConfigException">Something does not hold.</exception>
    public static void Check(DataConfig config)
    {
        Require(config.Sources.Count > 0, "data.sources is empty; name at least one file.");
        Require(config.Fields.Count is > 0 and <= MostFields, $"data.fields has {config.Fields.Count} fields; 1 to {MostFields} are possible.");
        Unique(config.Sources.Select(source => source.Name), "data.sources");
        Unique(config.Fields.Select(field => field.Name), "data.fields");
        Require(MemorySize().IsMatch(config.MemoryLimit), $"data.memory_limit is {config.MemoryLimit}; write a size such as 2GB or 500MB.");
        Require(config.Query is null || config.Joins.Count == 0, "data.query and data.joins are both given; write the joins in the query.");
        Require(!string.IsNullOrWhiteSpace(config.Label), "data.label is empty; give a column or an expression such as rating >= 4.");
        foreach (SourceConfig source in config.Sources)
        {
            Require(source.Name.Length > 0, "data.sources: a source has an empty name.");
            Require(!Source.SameColumn(source.Name, "examples"), "data.sources: a source cannot be called examples; queries use that name for the source of the examples.");
            Require(source.Delimiter is not "", $"data.sources: the delimiter of {source.Name} is empty; leave it out for the usual one.");
        }

        foreach (JoinConfig join in config.Joins)
        {
            Known(config, join.Source, "data.joins");
            Require(join.On.Count > 0, $"data.joins: the join of {join.Source} has no columns in on.");
        }

        foreach (FieldConfig field in config.Fields)
        {
            Require(field.Name.Length > 0, "data.fields: a field has an empty name.");
            Require(field.Kind != FieldKind.MultiValued || field.Separator.Length > 0, $"data.fields: the separator of {field.Name} is empty.");
            Require(field.Kind != FieldKind.Numeric || field.Vocabulary is null, $"data.fields: {field.Name} is numeric and has no vocabulary; drop the key or make it bucketed.");
        }

        foreach (IGrouping<string, FieldConfig> shared in config.Fields.Where(field => field.Kind != FieldKind.Numeric)
            .GroupBy(field => field.VocabularyName, StringComparer.Ordinal))
        {
            Require(
                shared.Select(field => (field.MinCount, field.MaxVocabulary)).Distinct().Count() == 1,
                $"data.fields: {string.Join(", ", shared.Select(field => field.Name))} share the vocabulary {shared.Key}; give them the same min_count and max_vocabulary.");
        }

        Require(
            config.SketchBytes is null || config.Admission == Admission.Sketch,
            "data.sketch_bytes is given, but data.admission is not sketch; set that or leave sketch_bytes out.");
        CheckSplit(config);
    }

    private static void CheckSplit(DataConfig config)
    {
        SplitConfig split = config.Split;
        int ways = (split.Files is null ? 0 : 1) + (split.Hash is null ? 0 : 1) + (split.Time is null ? 0 : 1);
        Require(ways == 1, $"data.split has {ways} ways; give exactly one of files, hash and time.");
        if (split.Files is { } files)
        {
            foreach (string? name in (string?[])[files.Train, files.Validation, files.Test])
            {
                if (name is not null)
                {
                    Known(config, name, "data.split.files");
                }
            }
        }

        if (split.Hash is { } hash)
        {
            Require(hash.Columns.Count > 0, "data.split.hash.columns is empty; name at least one column.");
            Shares(hash.Validation, hash.Test, "data.split.hash");
        }

        if (split.Time is { } time)
        {
            Shares(time.Validation, time.TestFrom is null ? time.Test : 0, "data.split.time");
        }
    }

    private static void Shares(double validation, double test, string where) =>
        Require(
            validation >= 0 && test >= 0 && validation + test < 1,
            $"{where}: validation ({validation}) and test ({test}) must be at least 0 and leave something to train on.");

    private static void Known(DataConfig config, string source, string where) =>
        Require(
            config.Sources.Any(known => known.Name == source),
            $"{where}: there is no source {source}; the sources are {string.Join(", ", config.Sources.Select(known => known.Name))}.");

    private static void Unique(IEnumerable<string> names, string where)
    {
        string? twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        Require(twice is null, $"{where}: the name {twice} is used twice; names must be unique (upper and lower case are the same).");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ConfigException(message);
        }
    }

    [GeneratedRegex(@"^\d+(\.\d+)? ?([KMGT]i?)?B$", RegexOptions.IgnoreCase)]
    private static partial Regex MemorySize();
}
