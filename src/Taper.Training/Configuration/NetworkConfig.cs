using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>network:</c> section: which CTR network reads the embeddings.</summary>
public sealed record NetworkConfig
{
    /// <summary>Name of the network.</summary>
    [ConfigKey("network that reads the embeddings: dnn, wide_deep, deepfm, dcn_v2 or fm")]
    public string Type { get; init; } = "dnn";

    /// <summary>Widths of the hidden layers of the MLP; not used by <c>fm</c>.</summary>
    [ConfigKey("widths of the hidden layers", Min = 1, Max = 65536)]
    public IReadOnlyList<int> HiddenUnits { get; init; } = [128, 64];

    /// <summary>Batch normalisation between a hidden layer and its ReLU; folded into the layer on export.</summary>
    [ConfigKey("batch normalisation after each hidden layer")]
    public bool BatchNorm { get; init; }

    /// <summary>Dropout rate after each hidden layer, in training only.</summary>
    [ConfigKey("dropout rate after each hidden layer", Min = 0, Max = 0.95)]
    public double Dropout { get; init; }

    /// <summary>Number of cross layers of <c>dcn_v2</c>.</summary>
    [ConfigKey("number of cross layers (dcn_v2)", Min = 1, Max = 16)]
    public int CrossLayers { get; init; } = 3;
}
