using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.cafe:</c> section.</summary>
public sealed record CafeConfig
{
    /// <summary>Vocabularies of so many rows or fewer keep a row for each value.</summary>
    [ConfigKey("vocabularies of so many rows or fewer keep a row for each value", Min = 0, Max = 2147483647)]
    public int Threshold { get; init; } = 200;

    /// <summary>Share of a vocabulary's stored rows that are for hot values; the others are shared by a hash.</summary>
    [ConfigKey("share of a vocabulary's stored rows that are for hot values", Min = 0, Max = 0.99)]
    public double HotShare { get; init; } = 0.7;

    /// <summary>Steps between two migrations.</summary>
    [ConfigKey("training steps between two migrations", Min = 1, Max = 1e9)]
    public int MigrateEvery { get; init; } = 50;

    /// <summary>What importances are multiplied with at each migration.</summary>
    [ConfigKey("what importances are multiplied with at each migration", Min = 0, Max = 1)]
    public double Decay { get; init; } = 0.98;
}
