namespace Taper.Data.Preparing;

/// <summary>Checks that every split can be used.</summary>
internal static class SplitCheck
{
    /// <summary>The splits there are.</summary>
    /// <param name="config">What to prepare.</param>
    /// <param name="counts">Their rows.</param>
    /// <exception cref="DataException">A split has no rows, positives or negatives, or too many rows.</exception>
    public static IReadOnlyList<SplitSummary> Run(DataConfig config, SplitCounts counts) =>
        [.. Expected(config.Split).Select(split => (Name: split, Number: SplitFiles<byte>.Number(split)))
            .Select(split => Checked(config, split.Name, counts.Negatives[split.Number], counts.Positives[split.Number]))];

    /// <summary>The names of the splits that a configuration asks for.</summary>
    public static IReadOnlyList<string> Expected(SplitConfig config)
    {
        (bool validation, bool test) = config switch
        {
            { Files: { } files } => (files.Validation is not null, files.Test is not null),
            { Hash: { } hash } => (hash.Validation > 0, hash.Test > 0),
            { Time: { } time } => (time.Validation > 0, time.Test > 0 || time.TestFrom is not null),
            _ => (false, false),
        };
        return [.. SplitNames.All.Where(split => split == SplitNames.Train || (split == SplitNames.Validation ? validation : test))];
    }

    private static SplitSummary Checked(DataConfig config, string split, long negatives, long positives)
    {
        string from = config.Split.Files is null ? "change data.split" : "mend the split's source";
        if (negatives + positives == 0)
        {
            throw new DataException($"the {split} split has no rows; {from}.");
        }

        if (positives == 0 || negatives == 0)
        {
            string what = positives == 0 ? "positives" : "negatives";
            string label = positives == 0 ? "1" : "0";
            throw new DataException($"the {split} split ({negatives + positives} rows) has no {what}: its label, {config.Label}, is never {label}; mend the label, or {from}.");
        }

        return negatives + positives <= int.MaxValue
            ? new SplitSummary(split, (int)(negatives + positives), (int)positives)
            : throw new DataException($"the {split} split has more than {int.MaxValue} rows; prepare a part of the data.");
    }
}
