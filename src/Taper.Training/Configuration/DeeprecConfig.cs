using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.deeprec:</c> section.</summary>
public sealed record DeeprecConfig
{
    /// <summary>Number of blocks of a whole embedding; D is a multiple of it.</summary>
    [ConfigKey("number of blocks of a whole embedding; divides embedding_dim", Min = 1, Max = 255)]
    public int Blocks { get; init; } = 4;
}
