using Taper.Configuration;

namespace Taper.Data.Preparing.Parts;

/// <summary>What cannot be prepared in parts.</summary>
internal static class PartRules
{
    /// <exception cref="ConfigException">It needs all examples in one place.</exception>
    public static void Check(DataConfig config)
    {
        ConfigRules.Check(config);
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
