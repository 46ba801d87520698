using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>The members of <see cref="IExamplePart"/>.</summary>
internal enum PartWork
{
    /// <summary><see cref="IExamplePart.Read"/>.</summary>
    Read,

    /// <summary><see cref="IExamplePart.ReadMoments"/>.</summary>
    ReadMoments,

    /// <summary><see cref="IExamplePart.RankOf"/>.</summary>
    RankOf,

    /// <summary><see cref="IExamplePart.Label"/>.</summary>
    Label,

    /// <summary><see cref="IExamplePart.Count"/>.</summary>
    Count,

    /// <summary><see cref="IExamplePart.Encode"/>.</summary>
    Encode,

    /// <summary><see cref="IExamplePart.Measure"/>.</summary>
    Measure,

    /// <summary><see cref="IExamplePart.EncodeNumbers"/>.</summary>
    EncodeNumbers,

    /// <summary><see cref="IExamplePart.Join"/>.</summary>
    Join,
}
