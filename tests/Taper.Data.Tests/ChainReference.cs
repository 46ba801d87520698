namespace Taper.Data.Tests;

/// <summary>What a chain of datasets knows of the values of one field, slow and plain. Two examples of each have no value.</summary>
internal sealed class ChainReference
{
    public double Unknown { get; private set; }

    public double Missing { get; private set; }

    /// <summary>The vocabulary's values, in the order of their ids.</summary>
    public IReadOnlyList<(string Text, double Count, int Age)> Kept { get; private set; } = [];

    /// <summary>The values that wait, by text.</summary>
    public IReadOnlyList<(string Text, double Count, int Age)> Waiting { get; private set; } = [];

    public void Add(string[] values, DataConfig config)
    {
        Dictionary<string, (double Count, int Age)> known = Kept.Concat(config.Admission is null ? [] : Waiting)
            .ToDictionary(value => value.Text, value => (Faded(value.Count, config), value.Age));
        List<(string Text, double Count, int Age)> all = [];
        foreach (string text in known.Keys.Union(values))
        {
            (double count, int age) = known.GetValueOrDefault(text);
            int occurrences = values.Count(value => value == text);
            age = occurrences > 0 ? 0 : age + 1;
            if (config.MaxAge is null || age < config.MaxAge)
            {
                all.Add((text, count + occurrences, config.MaxAge is null ? 0 : age));
            }
        }

        FieldConfig field = config.Fields[0];
        Kept = [.. all.Where(value => value.Count >= field.MinCount)
            .OrderByDescending(value => Math.Floor(value.Count)).ThenBy(value => value.Text, StringComparer.Ordinal)
            .Take(field.MaxVocabulary > 0 ? field.MaxVocabulary : int.MaxValue)];
        Waiting = config.Admission is null ? []
            : [.. all.Where(value => value.Count >= 0.01).Except(Kept).OrderBy(value => value.Text, StringComparer.Ordinal)];
        Unknown = Faded(Unknown, config) + values.Count(value => Kept.All(kept => kept.Text != value));
        Missing = Faded(Missing, config) + 2;
    }

    /// <summary>A dataset that says nothing of decay goes on from whole counts.</summary>
    private static double Faded(double count, DataConfig config) => config.CountDecay is double decay ? count * decay : Math.Floor(count);
}
