using Taper.Configuration;
using Taper.Data.Duck;

namespace Taper.Data.Preparing.Parts;

/// <summary>What cannot be prepared in parts.</summary>
internal static class PartRules
{
    /// <exception cref="ConfigException">It needs all examples in one place.</exception>
    public static void Check(DataConfig config)
    {
        ConfigRules.Check(config);
        IReadOnlyList<string> examples = new SplitRule(config.Split).Parts(config);
        using Database database = Database.InMemory();
        Require(!LabelRule.SeesOtherRows(config.Label, database), "data.label sees other rows than its own; let a column have what it takes from them");
        Require(examples.Distinct(StringComparer.Ordinal).Count() == examples.Count, "data.split.files names a source twice; give each split one of its own");
        Require(!config.Joins.Any(join => examples.Contains(join.Source)), "data.joins names a source of examples; name its files as another source too");
        Require(config.Query is null, "data.query sees all examples at once; let it write files that are the source");
        Require(config.Admission is null, "data.admission goes on from an earlier dataset; leave it out");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ConfigException($"{otherwise}, or prepare in one process (taper prepare).");
        }
    }
}
