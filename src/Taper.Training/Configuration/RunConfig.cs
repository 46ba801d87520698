using Taper.Configuration;

namespace Taper.Training;

/// <summary>Everything that decides what a training run does, bound from one YAML file.</summary>
public sealed record RunConfig
{
    /// <summary>The <c>network:</c> section.</summary>
    public NetworkConfig Network { get; init; } = new();

    /// <summary>The <c>sizing:</c> section.</summary>
    public SizingConfig Sizing { get; init; } = new();

    /// <summary>The <c>training:</c> section.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>The <c>import:</c> section, for weights of another program to start from.</summary>
    public ImportConfig Import { get; init; } = new();

    /// <summary>Reads the sections of a document and checks names that are chosen from a list.</summary>
    /// <exception cref="ConfigException">A key is unknown, a value out of range or a name not registered.</exception>
    public static RunConfig From(ConfigDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        document.RefuseUnknownSections("data", "network", "sizing", "training", "import");
        var config = new RunConfig
        {
            Network = document.Bind<NetworkConfig>("network"),
            Sizing = document.Bind<SizingConfig>("sizing"),
            Training = document.Bind<TrainingConfig>("training"),
            Import = document.Bind<ImportConfig>("import"),
        };
        Choice("network.type", config.Network.Type, Networks.CtrNetwork.Names);
        Choice("sizing.method", config.Sizing.Method, Taper.Training.Sizing.Sizer.Names);
        Choice("sizing.start", config.Sizing.Start, ["frequency_ramp", "random"]);
        Choice("training.embedding_optimizer", config.Training.EmbeddingOptimizer,
            Embeddings.Optimizers.SparseOptimizer.Names);
        if (config.Sizing is { SizeZero: true, StraightThrough: false })
        {
            throw new ConfigException("sizing.size_zero: needs sizing.straight_through; a soft mask has no default row to fall back to.");
        }

        if (config.Sizing is { Method: "taper", Budget: null })
        {
            throw new ConfigException("sizing.budget: sizing.method taper needs one, 0.25 for a quarter of the fixed-size table.");
        }

        Choice("training.device", config.Training.Device, ["cpu", "cuda"]);
        return config;
    }

    private static void Choice(string key, string value, IReadOnlyCollection<string> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new ConfigException($"{key}: '{value}' is not known; choose one of {string.Join(", ", allowed)}.");
        }
    }
}
