using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>import:</c> section: what the tensors of a file that another program wrote are.</summary>
public sealed record ImportConfig
{
    /// <summary>For each vocabulary that has a table in the file, which one; the others start from random values.</summary>
    [ConfigKey("for each vocabulary with a table in the file, which one")]
    public IReadOnlyDictionary<string, ImportedTableConfig> Vocabularies { get; init; } = new Dictionary<string, ImportedTableConfig>();

    /// <summary>Names of the network's weights (docs/warm-start.md) and, for each, the tensor's; empty: the network starts anew.</summary>
    [ConfigKey("for each weight of the network, such as mlp.0.weight, the tensor's name; empty: the network starts anew")]
    public IReadOnlyDictionary<string, string> Network { get; init; } = new Dictionary<string, string>();

    /// <summary>The file of the network's weights, where that is not the one to start from; relative paths start there.</summary>
    [ConfigKey("file of the network's weights, where it is another than --init-from names; relative paths start at that one's folder")]
    public string? NetworkFile { get; init; }

    /// <summary>Whether it names nothing.</summary>
    internal bool IsEmpty => Vocabularies.Count == 0 && Network.Count == 0 && NetworkFile is null;
}
