using Taper.Training;

namespace Taper.Cluster.Tests;

/// <summary>Configs that train in a second.</summary>
internal static class Configs
{
    public static RunConfig Of(string method, string network = "dnn") => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12] },
        Sizing = new SizingConfig { Method = method, EmbeddingDim = 8, Budget = method == "fixed" ? null : 0.4, FreezeEpoch = 1.5, HiddenUnits = [8] },
        Training = new TrainingConfig { Epochs = 3, BatchSize = 128, LearningRate = 0.02, Threads = 1, CheckpointEvery = 3, Patience = 0 },
    };
}
