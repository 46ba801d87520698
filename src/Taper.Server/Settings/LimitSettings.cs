namespace Taper.Server.Settings;

/// <summary>What a request may ask for.</summary>
internal sealed record LimitSettings
{
    /// <summary>See the attribute.</summary>
    [Setting("Bytes of a request's body.", Min = 1024, Max = 1 << 30)]
    public int MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>See the attribute.</summary>
    [Setting("Bytes of all bodies that are held at the same time; further requests are answered 429.", Min = 1024, Max = 1L << 40)]
    public long MaxHeldBytes { get; init; } = 256 << 20;

    /// <summary>See the attribute.</summary>
    [Setting("Rows, or items to rank, of a request.", Min = 1, Max = 1_000_000)]
    public int MaxRows { get; init; } = 16_384;

    /// <summary>See the attribute.</summary>
    [Setting("UTF-8 bytes of one feature value or list of values.", Min = 1, Max = 1 << 20)]
    public int MaxTextBytes { get; init; } = 16_384;
}
